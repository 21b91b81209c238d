/** The first keys of a zone: few writes, and a crash between any two of them leaves no key too many. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ok } from '../../../runtime/base/result.ts';
import type { KeyAction, KeyFacts } from '../../../runtime/dnssec/rolls/key-facts.ts';
import { NOTHING_SEEN } from '../../../runtime/dnssec/rolls/observations.ts';
import { DEFAULT_ROLL_POLICY, type RollPolicy } from '../../../runtime/dnssec/rolls/roll-policy.ts';
import { emptyState, type RollState } from '../../../runtime/dnssec/rolls/roll-state.ts';
import { stepName } from '../../../runtime/dnssec/rolls/stages.ts';
import { takeStep } from '../../../runtime/dnssec/rolls/take-step.ts';
import { must } from '../../support/wire.ts';
import { ZONE } from './simulated-world.ts';

const NOW = 1_700_000_000;

/** What is on the disk of one zone, and who writes to it until the power goes. */
class Disk {
  state: RollState | undefined;
  keys: KeyFacts[] = [];
  readonly done: string[] = [];

  write(state: RollState): void {
    this.state = state;
    this.done.push(`write ${state.roll === undefined ? '' : stepName(state.roll)}`);
  }

  act(action: KeyAction): void {
    this.done.push(action.do);
    assert.equal(action.do, 'make-key');
    const tag = this.keys.length + 1;
    const dnskey = Buffer.from([action.flags >> 8, action.flags & 255, 3, 13, 0, tag]).toString('base64');
    const { role, algorithm, flags, times = {} } = action;
    this.keys.push({ tag, algorithm, flags, role, dnskey, created: NOW, times });
  }

  /** A server lives on this disk until nothing is to be done, or for so many writes; returns how it ended. */
  async live(policy: RollPolicy, now: number, writes = Infinity): Promise<RollState | undefined> {
    let left = writes;
    const spend = (): void => {
      if (left-- === 0) throw new PowerCut();
    };
    const hands = {
      write: async (state: RollState) => {
        spend();
        this.write(state);
        return ok(undefined);
      },
      act: async (action: KeyAction) => {
        spend();
        this.act(action);
        return ok(undefined);
      },
    };
    let [state, written] = [this.state ?? emptyState(ZONE, now), this.state];
    try {
      for (;;) {
        const input = { now, policy, observations: NOTHING_SEEN, keys: this.keys };
        const taken = must(await takeStep(state, written, input, hands));
        ({ written } = taken);
        state = taken.result.state;
        if (taken.result.actions.length === 0 && taken.result.wakeAt > now) return state;
      }
    } catch (error) {
      if (error instanceof PowerCut) return undefined;
      throw error;
    }
  }
}

class PowerCut extends Error {}

for (const [scheme, keys] of [
  ['csk', 1],
  ['ksk-zsk', 2],
] as const) {
  const policy = { ...DEFAULT_ROLL_POLICY, scheme };
  describe(`The first keys of a zone (${scheme})`, () => {
    test('are each written once, between two states', async () => {
      const disk = new Disk();
      const state = await disk.live(policy, NOW);
      const making = Array.from({ length: keys }, () => 'make-key');
      assert.deepEqual(disk.done, ['write start', ...making, 'write propagation1']);
      const times = disk.keys.map(({ times: { publish, activate } }) => [publish, activate]);
      assert.ok(times.length === keys && times.flat().every((time) => time === NOW));
      assert.deepEqual(
        state?.keys.map((key) => key.times.activate),
        Array(keys).fill(NOW),
      );
    });

    test('are the same after a crash between any two writes', async () => {
      for (let writes = 0; writes <= 1 + keys; writes++) {
        const disk = new Disk();
        assert.equal(await disk.live(policy, NOW, writes), undefined);
        const state = await disk.live(policy, NOW + 10);
        assert.deepEqual(
          state?.keys.map(({ tag }) => tag),
          disk.keys.map(({ tag }) => tag),
        );
        assert.equal(disk.keys.length, keys, `after ${writes} writes`);
        // Another crash, and nothing is written any more.
        const done = disk.done.length;
        await disk.live(policy, NOW + 20);
        assert.equal(disk.done.length, done);
      }
    });
  });
}
