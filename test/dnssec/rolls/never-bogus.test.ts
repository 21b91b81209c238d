/**
 * Whatever happens to a zone while its keys roll (slow parents, stale and silent servers, crashes between any
 * two effects, a full disk, changed minds), no resolver ever finds it bogus; and when the trouble is over, the
 * roll comes to its end.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isLive } from '../../../runtime/dnssec/rolls/roll-state.ts';
import { lawRuns } from '../../support/fuzz.ts';
import { DAY, HOUR, type Lagging, World } from './simulated-world.ts';

type Event =
  | { readonly do: 'roll'; readonly kind: 'csk' | 'ksk' | 'zsk' | 'algorithm' }
  | { readonly do: 'policy'; readonly change: 'goal' | 'scheme' | 'algorithm' }
  | { readonly do: 'freeze' | 'silence'; readonly server: number }
  | { readonly do: 'disk' | 'folder' | 'remove-ds' | 'restart' | 'lose-state' };

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ do: fc.constant('roll' as const), kind: fc.constantFrom('csk', 'ksk', 'zsk', 'algorithm') }),
  fc.record({ do: fc.constant('policy' as const), change: fc.constantFrom('goal', 'scheme', 'algorithm') }),
  fc.record({ do: fc.constantFrom('freeze' as const, 'silence' as const), server: fc.nat(3) }),
  fc.record({
    do: fc.constantFrom('disk' as const, 'folder' as const, 'remove-ds' as const, 'restart' as const),
  }),
);

const world = fc.record({
  scheme: fc.constantFrom('csk' as const, 'ksk-zsk' as const),
  lags: fc.tuple(fc.constant(0), fc.integer({ min: 0, max: 4 * HOUR })),
  parentLags: fc.tuple(fc.integer({ min: 0, max: HOUR }), fc.integer({ min: 0, max: 5 * HOUR })),
  parentDelay: fc.integer({ min: 0, max: 12 * HOUR }),
  dsTtl: fc.integer({ min: 300, max: DAY }),
  ttl: fc.record({ keys: fc.integer({ min: 300, max: 6 * HOUR }), zone: fc.integer({ min: 300, max: DAY }) }),
  idle: fc.integer({ min: 600, max: 6 * HOUR }),
});

/** One event of each roll's time, and how long until the next. */
const script = fc.array(fc.tuple(event, fc.integer({ min: 600, max: 2 * DAY })), { maxLength: 12 });
/** The share of places between effects at which the process ends, in 1/16. */
const crashes = fc.record({ share: fc.nat(4), seed: fc.nat(0xffff) });

const RUNS = lawRuns(40, 600);
const WELL: Partial<Lagging<unknown>> = { isFrozen: false, isDown: false };

test('No combination of what caches hold is ever bogus, and every roll ends', () => {
  fc.assert(
    fc.property(world, script, crashes, (made, events, { share, seed }) => {
      const { scheme, ttl, idle, ...rest } = made;
      const pauses = { waiting: 600, idle };
      const zone = new World({ ...rest, policy: { scheme, ttl, pauses, lifetimes: {} }, tick: 300 });
      let noise = seed;
      zone.crashes = () => {
        noise = (noise * 1_103_515_245 + 12_345) % 0x8000_0000;
        return (noise >> 16) % 16 < share;
      };
      zone.run(DAY);
      for (const [each, pause] of events) {
        happen(zone, each);
        zone.run(pause);
      }
      zone.crashes = () => false;
      zone.diskIsFull = false;
      zone.folderIsReadOnly = false;
      for (const server of [...zone.servers, ...zone.parents]) Object.assign(server, WELL);
      const isRemoved = events.some(([each]) => each.do === 'remove-ds');
      assert.ok(
        zone.runUntil(() => isAtRest(zone, isRemoved), 60 * DAY),
        JSON.stringify(zone.last?.blocked),
      );
    }),
    RUNS,
  );
});

function happen(zone: World, each: Event): void {
  const all = [...zone.servers, ...zone.parents];
  switch (each.do) {
    case 'roll':
      zone.turn({ do: 'start', roll: each.kind });
      return;
    case 'policy':
      zone.policy = { ...zone.policy, ...changed(zone, each.change) };
      return;
    case 'freeze':
    case 'silence': {
      const server = all[each.server];
      if (server === undefined) return;
      if (each.do === 'freeze') server.isFrozen = !server.isFrozen;
      else server.isDown = !server.isDown;
      return;
    }
    case 'disk':
      zone.diskIsFull = !zone.diskIsFull;
      return;
    case 'folder':
      zone.folderIsReadOnly = !zone.folderIsReadOnly;
      return;
    case 'remove-ds':
      zone.setDs([]);
      return;
    case 'restart':
      zone.restart();
      return;
    case 'lose-state':
      zone.loseState();
      return;
    default:
      each satisfies never;
  }
}

function changed({ policy }: World, what: 'goal' | 'scheme' | 'algorithm'): Partial<World['policy']> {
  switch (what) {
    case 'goal':
      return { goal: policy.goal === 'signed' ? 'unsigned' : 'signed' };
    case 'scheme':
      return { scheme: policy.scheme === 'csk' ? 'ksk-zsk' : 'csk' };
    case 'algorithm':
      return { algorithm: policy.algorithm === 13 ? 15 : 13 };
    default:
      return what satisfies never;
  }
}

/** No roll goes on, and the zone is as its policy wants it: without keys, or with the DS of one that signs. */
function isAtRest({ state, policy, ds }: World, isRemoved: boolean): boolean {
  if (state.roll !== undefined) return false;
  const live = state.keys.filter(isLive).map(({ tag }) => tag);
  if (policy.goal === 'unsigned') return live.length === 0 && ds.length === 0;
  return live.length > 0 && (isRemoved || ds.some(({ tag }) => live.includes(tag)));
}
