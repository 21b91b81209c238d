/** How streams share the loop, with a hand clock: work takes the time it says. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Gate } from '../../../runtime/transport/streams/gates.ts';
import { QUIET_MS, READ_MS, SLICE_MS, Turns, type Worker } from '../../../runtime/transport/streams/turns.ts';

/** Turns of a loop that is told when to go on. */
class Loop {
  now = 1000;
  readonly udp = { datagrams: 0 };
  readonly turns: Turns;
  #due: (() => void)[] = [];

  constructor() {
    this.turns = new Turns(this.udp, {
      now: () => this.now,
      afterLook: (callback) => this.#due.push(callback),
    });
  }

  get isIdle(): boolean {
    return this.#due.length === 0;
  }

  /** What is due when sockets have been looked at; how long it takes. */
  goOn(): number {
    const from = this.now;
    for (const callback of this.#due.splice(0)) callback();
    return this.now - from;
  }
}

/** Queries of one connection; each takes so long. */
class Pipeline implements Worker {
  readonly client: string;
  answered: number[] = [];
  readonly #loop: Loop;
  readonly #each: number;
  #next = 0;
  #left: number;

  constructor(loop: Loop, client: string, queries: number, each = 0.1) {
    this.#loop = loop;
    this.client = client;
    this.#left = queries;
    this.#each = each;
  }

  get left(): number {
    return this.#left;
  }

  work(): boolean {
    for (let batch = 2; batch > 0 && this.#left > 0; batch -= 1) {
      this.#left -= 1;
      this.#loop.now += this.#each;
      this.answered.push(this.#next);
      this.#next += 1;
    }
    return this.#left > 0;
  }
}

class Door implements Gate {
  isReading = true;
  isOpen = true;
  hasRead = false;
  readonly client: string;

  constructor(client: string) {
    this.client = client;
  }

  stop(): void {
    this.isOpen = false;
  }

  start(): void {
    this.isOpen = true;
    this.hasRead = false;
  }
}

suite('Turns', () => {
  test('begin at once while there is time and nobody waits', () => {
    const loop = new Loop();
    const [first, second, third] = ['a', 'b', 'c'].map((client) => new Pipeline(loop, client, 2, 0.3));
    assert.ok(first && second && third);
    assert.equal(loop.turns.want(first), true);
    assert.equal(loop.turns.want(second), true);
    assert.equal(loop.turns.want(third), false);
    assert.deepEqual([first.left, second.left, third.left], [0, 0, 2]);
    loop.goOn();
    assert.equal(third.left, 0);
    assert.ok(loop.isIdle);
  });

  test('count what will be done for an answer once it is given, in the turn in which it is', () => {
    const loop = new Loop();
    const dear = ['a', 'b', 'c', 'd'].map((client) => new Pipeline(loop, client, 2, 0.01));
    const worked: string[] = [];
    const workers = dear.map((pipeline) => ({
      client: pipeline.client,
      work: () => {
        worked.push(pipeline.client);
        loop.turns.owe(0.6);
        return pipeline.work();
      },
    }));
    for (const worker of workers) loop.turns.want(worker);
    assert.deepEqual(worked, ['a', 'b'], 'at once');
    loop.goOn();
    assert.deepEqual(worked, ['a', 'b', 'c'], 'somebody in each turn');
    loop.goOn();
    assert.deepEqual(worked, ['a', 'b', 'c', 'd']);
    assert.ok(loop.isIdle);
  });

  test('answer all, in order, in turns that are bounded, and client by client, whatever there is to do', () => {
    const pipelines = fc.array(
      fc.record({
        client: fc.constantFrom('a', 'b', 'c'),
        queries: fc.integer({ min: 1, max: 60 }),
        each: fc.constantFrom(0.01, 0.05, 0.2),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(pipelines, (plan) => {
        const loop = new Loop();
        const all = plan.map(({ client, queries, each }) => new Pipeline(loop, client, queries, each));
        const from = loop.now;
        for (const pipeline of all) loop.turns.want(pipeline);
        assert.ok(loop.now - from <= SLICE_MS + 0.4 + 1e-9, 'what is begun at once is bounded as well');
        for (let turn = 0; !loop.isIdle; turn += 1) {
          assert.ok(turn < 2000, 'it comes to an end');
          const waiting = new Set(all.filter(({ left }) => left > 0).map(({ client }) => client));
          const before = all.map(({ left }) => left);
          assert.ok(loop.goOn() <= SLICE_MS + 0.4 + 1e-9);
          const worked = all.filter(({ left }, index) => left !== before[index]);
          assert.ok(worked.length > 0 || waiting.size === 0, 'somebody works in each turn');
        }
        for (const [index, pipeline] of all.entries()) {
          const queries = plan[index]?.queries ?? 0;
          assert.deepEqual(
            pipeline.answered,
            Array.from({ length: queries }, (_, at) => at),
          );
        }
      }),
    );
  });

  test('serve one that asks little soon, however many connections another floods from', () => {
    const loop = new Loop();
    const flood = Array.from({ length: 200 }, () => new Pipeline(loop, 'flood', 100_000));
    for (const pipeline of flood) loop.turns.want(pipeline);
    loop.goOn();
    const innocent = new Pipeline(loop, 'innocent', 1);
    loop.turns.want(innocent);
    loop.goOn();
    assert.equal(innocent.left, 0);
  });

  test('are shorter while datagrams come as fast as they can be fetched', () => {
    const loop = new Loop();
    const flood = Array.from({ length: 20 }, () => new Pipeline(loop, 'flood', 1000, 0.01));
    for (const pipeline of flood) loop.turns.want(pipeline);
    loop.goOn();
    const alone = loop.goOn();
    loop.udp.datagrams += 64;
    const crowded = loop.goOn();
    assert.ok(crowded <= alone / 5, `${crowded} of ${alone}`);
    const shared = loop.goOn();
    assert.ok(shared > crowded && shared < alone / 2, `${shared} between ${crowded} and ${alone}`);
    loop.now += QUIET_MS;
    assert.ok(loop.goOn() > alone - 0.1, 'until none have come for a while');
  });

  test('that have taken too long close the gates of all who are not busy, and open them again, few at first', () => {
    const loop = new Loop();
    const doors = Array.from({ length: 30 }, (_, index) => new Door(`client ${index % 3}`));
    for (const door of doors) loop.turns.open(door);
    const [busy, ...rest] = doors;
    assert.ok(busy !== undefined);
    busy.isReading = false;
    loop.goOn();
    loop.turns.heard();
    loop.now += READ_MS * 2;
    loop.turns.heard();
    assert.ok(busy.isOpen);
    assert.ok(rest.every(({ isOpen }) => !isOpen));
    const opened: number[] = [];
    while (!loop.isIdle) {
      loop.goOn();
      opened.push(rest.filter(({ isOpen }) => isOpen).length);
    }
    assert.deepEqual(opened.slice(0, 4), [1, 3, 7, 15]);
    assert.equal(opened.at(-1), 29);
    // Of the first three one is each client's.
    assert.ok(opened.length < 8);
  });

  test('shut no gate again before who is behind it could be told', () => {
    const loop = new Loop();
    const doors = Array.from({ length: 12 }, (_, index) => new Door(`client ${index % 2}`));
    for (const door of doors) loop.turns.open(door);
    loop.goOn();
    // In each turn there is more than there is time for before anybody behind these is told.
    const told = new Set<Door>();
    for (let turn = 0; turn < 20; turn += 1) {
      loop.turns.heard();
      loop.now += READ_MS * 2;
      loop.turns.heard();
      for (const door of doors) if (door.isOpen) told.add(door);
      loop.goOn();
    }
    assert.equal(told.size, doors.length);
  });

  test('shut gates that were opened lately as well, once those behind them have told something', () => {
    const loop = new Loop();
    const doors = Array.from({ length: 12 }, () => new Door('a'));
    for (const door of doors) loop.turns.open(door);
    const takeLong = (): void => {
      loop.turns.heard();
      loop.now += READ_MS * 2;
      loop.turns.heard();
    };
    loop.goOn();
    takeLong();
    while (doors.filter(({ isOpen }) => isOpen).length < 3) loop.goOn();
    const [told, later, silent] = doors.filter(({ isOpen }) => isOpen);
    assert.ok(told && later && silent);
    told.hasRead = true;
    takeLong();
    assert.deepEqual([told.isOpen, later.isOpen], [false, true]);
    // The others were shut before it was heard.
    later.hasRead = true;
    loop.turns.heard();
    assert.deepEqual([later.isOpen, silent.isOpen], [false, true]);
  });

  test('shut gates that were opened lately before anything is read, where the turn is long already, but for the first', () => {
    const loop = new Loop();
    const doors = Array.from({ length: 12 }, () => new Door('a'));
    for (const door of doors) loop.turns.open(door);
    const heardAfter = (milliseconds: number): void => {
      loop.turns.heard();
      loop.now += milliseconds;
      loop.turns.heard();
      loop.turns.heard();
    };
    loop.goOn();
    heardAfter(READ_MS * 3);
    while (doors.filter(({ isOpen }) => isOpen).length < 3) loop.goOn();
    const fresh = doors.filter(({ isOpen }) => isOpen);
    heardAfter(READ_MS * 3);
    const left = doors.filter(({ isOpen }) => isOpen);
    assert.equal(left.length, 1);
    assert.ok(left.every((door) => fresh.includes(door)));
  });

  test('open at least one gate in each turn, and none of a stream that has left', () => {
    const loop = new Loop();
    const doors = Array.from({ length: 10 }, () => new Door('a'));
    for (const door of doors) loop.turns.open(door);
    loop.goOn();
    const [gone] = doors;
    assert.ok(gone !== undefined);
    for (let turn = 1; turn <= 12; turn += 1) {
      loop.turns.heard();
      loop.now += READ_MS * 2;
      loop.turns.heard();
      if (turn === 1) loop.turns.leave(gone);
      loop.goOn();
      assert.ok(doors.some(({ isOpen }) => isOpen));
    }
    while (!loop.isIdle) loop.goOn();
    assert.ok(!gone.isOpen);
    assert.ok(doors.slice(1).every(({ isOpen }) => isOpen));
  });
});
