/** By which numbers control and its answer processes name targets, and what they tell of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TargetNumbers } from '../../../runtime/control/fleet/target-numbers.ts';
import { HealthTable } from '../../../runtime/health/table.ts';
import type { HealthReport } from '../../../runtime/health/target.ts';

const NOTHING: HealthReport = { up: [], down: [], held: [], near: [] };

test('Of what is up, as everything is that was never named, nothing is told', () => {
  const numbers = new TargetNumbers();
  assert.deepEqual(numbers.setStates({ a: 'up', b: 'gone' }), NOTHING);
  assert.deepEqual(numbers.name(['b', 'a', 'b']), [0, 1, 0]);
  assert.deepEqual(numbers.setStates({ a: 'up' }), NOTHING);
  assert.deepEqual(numbers.setStates({ a: 'down' }), { ...NOTHING, down: [1] });
  assert.deepEqual(numbers.setStates({ a: 'down' }), NOTHING);
  assert.deepEqual(numbers.all, { ...NOTHING, down: [1] });
  assert.deepEqual(numbers.setStates({ a: 'up', c: 'down' }), { ...NOTHING, up: [1], down: [2] });
  assert.deepEqual(numbers.setStates({ a: 'held' }), { ...NOTHING, held: [1] });
  assert.deepEqual(numbers.setStates({ a: 'down' }), { ...NOTHING, down: [1] });
});

test('How near a target is to a change is told when it changes, and to whoever knows nothing', () => {
  const numbers = new TargetNumbers();
  numbers.name(['a']);
  assert.deepEqual(numbers.setStates({}, { a: 2, unnamed: 1 }), { ...NOTHING, near: [0, 2] });
  assert.deepEqual(numbers.setStates({}, { a: 2 }), NOTHING);
  assert.deepEqual(numbers.all, { ...NOTHING, near: [0, 2] });
  assert.deepEqual(numbers.setStates({ a: 'down' }, { a: 0 }), { ...NOTHING, down: [0], near: [0, 0] });
  numbers.setStates({}, { a: 1 });
  assert.deepEqual(numbers.setStates({ a: 'gone' }), { ...NOTHING, near: [0, 0] });
});

test('A version that is served keeps the last state of what is probed no more', () => {
  const numbers = new TargetNumbers();
  const [one] = numbers.name(['a']);
  numbers.setStates({ a: 'down' });
  assert.deepEqual(numbers.setStates({ a: 'gone' }), NOTHING);
  assert.deepEqual(numbers.all, { ...NOTHING, down: [one] });
  assert.deepEqual(numbers.release(['a']), { ...NOTHING, up: [one] });
  assert.notDeepEqual(numbers.name(['a']), [one], 'a number is given once');
});

test('Values go to processes by number, once a version names their target, for as long as it is probed', () => {
  const numbers = new TargetNumbers();
  const values = new Map([
    ['a', { latencyMs: 12 }],
    ['b', { load: 0.5 }],
  ]);
  assert.deepEqual(numbers.setValues(values), [], 'no version names them yet');
  assert.deepEqual(numbers.name(['b', 'c']), [0, 1]);
  assert.deepEqual(numbers.valuesOf(['b', 'c']), [[0, null, 0.5]]);
  assert.deepEqual(numbers.setValues(new Map([['c', { latencyMs: 3, load: 1 }]])), [[1, 3, 1]]);
  assert.deepEqual(numbers.allValues, [
    [0, null, 0.5],
    [1, 3, 1],
  ]);
  assert.deepEqual(numbers.setValues(new Map([['b', {}]])), [[0, null, null]]);
  assert.deepEqual(numbers.allValues, [[1, 3, 1]]);
});

type Event =
  | { readonly kind: 'publish'; readonly zone: number; readonly ids: readonly string[] }
  | { readonly kind: 'state'; readonly id: string; readonly state: 'up' | 'down' | 'held' | 'gone' }
  | { readonly kind: 'near'; readonly id: string; readonly against: number }
  | { readonly kind: 'restart' };

const id = fc.constantFrom('a', 'b', 'c', 'd');
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    kind: fc.constant('publish' as const),
    zone: fc.nat({ max: 2 }),
    ids: fc.uniqueArray(id, { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('state' as const),
    id,
    state: fc.constantFrom('up', 'down', 'held', 'gone'),
  }),
  fc.record({ kind: fc.constant('near' as const), id, against: fc.nat(3) }),
  fc.constant({ kind: 'restart' } as const),
);

/** An answer process, and what it serves: by zone, the slots of targets by their ids. */
class Answers {
  readonly table: HealthTable;
  readonly served = new Map<number, ReadonlyMap<string, number>>();

  constructor(now: () => number) {
    this.table = new HealthTable(now);
  }

  take({ up, down, held = [], near = [] }: HealthReport): void {
    for (const target of down) this.table.set(target, 'down');
    for (const target of up) this.table.set(target, 'up');
    for (const target of held) this.table.set(target, 'held');
    for (let at = 0; at < near.length; at += 2) this.table.setNear(near[at] ?? 0, near[at + 1] ?? 0);
  }

  serve(zone: number, ids: readonly string[], targets: readonly number[]): void {
    const slots = new Map(ids.map((one, index) => [one, this.table.slot(targets[index] ?? assert.fail())]));
    for (const slot of slots.values()) this.table.hold(slot);
    for (const slot of this.served.get(zone)?.values() ?? []) this.table.release(slot);
    this.served.set(zone, slots);
  }
}

interface Version {
  readonly ids: readonly string[];
  readonly targets: readonly number[];
}

/** Control, its answer processes, and what is to be so. */
class Scene {
  readonly #numbers = new TargetNumbers();
  readonly #published = new Map<number, Version>();
  readonly #probed = new Set<string>();
  /** Of targets that are probed, or were when a version that is served was first published. */
  readonly #last = new Map<string, 'up' | 'down' | 'held'>();
  /** Of targets that versions name, or that are not up: how near they are to a change. */
  readonly #near = new Map<string, number>();
  /** One process began with the server; the other is replaced again and again. */
  readonly #processes = [this.#process(), this.#process()];
  now = 0;

  happen(event: Event): void {
    if (event.kind === 'state') this.#setState(event.id, event.state);
    else if (event.kind === 'near') this.#setNear(event.id, event.against);
    else if (event.kind === 'publish') this.#publish(event.zone, event.ids);
    else this.#processes[1] = this.#process();
  }

  check(): void {
    for (const { table, served } of this.#processes) {
      for (const [id, slot] of [...served.values()].flatMap((slots) => [...slots])) {
        const state = this.#last.get(id) ?? 'up';
        assert.equal(table.isUp(slot), state === 'up', id);
        table.takesHeld = true;
        assert.equal(table.isUp(slot), state !== 'down', id);
        table.takesHeld = false;
        assert.equal(table.near(slot), this.#near.get(id) ?? 0, id);
      }
    }
  }

  #process(): Answers {
    const answers = new Answers(() => this.now);
    answers.take(this.#numbers.all);
    for (const [zone, { ids, targets }] of this.#published) answers.serve(zone, ids, targets);
    return answers;
  }

  /** Of a target that nobody knows, nothing is kept. */
  #setNear(id: string, against: number): void {
    this.#tell(this.#numbers.setStates({}, { [id]: against }));
    const state = this.#probed.has(id) ? this.#last.get(id) : undefined;
    if (this.#isNamed(id) || state === 'down' || state === 'held') this.#near.set(id, against);
  }

  #isNamed(id: string): boolean {
    return [...this.#published.values()].some(({ ids }) => ids.includes(id));
  }

  #setState(id: string, state: 'up' | 'down' | 'held' | 'gone'): void {
    this.#tell(this.#numbers.setStates({ [id]: state }));
    if (state === 'gone') this.#near.delete(id);
    if (state === 'gone') this.#probed.delete(id);
    else {
      this.#probed.add(id);
      this.#last.set(id, state);
    }
    this.#forget();
  }

  #publish(zone: number, ids: readonly string[]): void {
    const targets = this.#numbers.name(ids);
    const before = this.#published.get(zone)?.ids ?? [];
    this.#published.set(zone, { ids, targets });
    for (const one of this.#processes) one.serve(zone, ids, targets);
    this.#tell(this.#numbers.release(before));
    this.#forget();
  }

  #tell(report: HealthReport): void {
    for (const one of this.#processes) one.take(report);
  }

  #forget(): void {
    const named = new Set([...this.#published.values()].flatMap(({ ids }) => ids));
    for (const id of this.#near.keys()) {
      const isKnown = this.#isNamed(id) || (this.#probed.has(id) && this.#last.get(id) !== 'up');
      if (!isKnown) this.#near.delete(id);
    }
    for (const id of this.#last.keys()) if (!named.has(id) && !this.#probed.has(id)) this.#last.delete(id);
  }
}

test('Whatever is published, probed and restarted, each process steers by what control last saw of each target', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const scene = new Scene();
      for (const happens of events) {
        scene.now += 4000;
        scene.happen(happens);
        scene.check();
      }
    }),
  );
});
