/** Laws of believing a sandbox: whatever it says is judged, and what is believed is within bounds. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { FromSandbox } from '../../runtime/rpc/sandbox-protocol.ts';
import { isFromSandbox } from '../../runtime/rpc/sandbox-reply.ts';
import { loadOutcome, runFailure, runOutcome } from '../../runtime/runner/request-end.ts';
import { seededRandom } from '../answer/world.ts';
import { FACTS } from '../runner/guests.ts';
import { FUZZ } from '../support/fuzz.ts';
import { mutate, pick } from '../support/mutate.ts';

const QUESTION = { host: 'www', name: 'www.example.com', type: 'A', facts: FACTS };
const PLAN = { kind: 'firstHealthy', of: [{ kind: 'pool', pool: 'eu' }] };
const READS = [
  ['client.country', 'DE'],
  ['client.city', null],
];
const SOUND: readonly FromSandbox[] = [
  { t: 'ready', open: [], lockless: [] },
  {
    t: 'loaded',
    id: 1,
    manifest: { form: 'policy', pools: {}, fallback: { kind: 'nodata' }, hosts: {}, records: {} },
  },
  { t: 'ran', id: 2, plan: PLAN, reads: READS, impure: ['random'], micros: 12 } as unknown as FromSandbox,
  { t: 'clock', computedMs: 12.5, isOwn: true },
  { t: 'failed', id: 3, reason: 'throw', message: 'Boom', stack: 'Error: Boom\n    at <isolated-vm>:1:1' },
];

/** What those who get a message rely on. */
function checkLaws(message: unknown): void {
  if (!isFromSandbox(message) || message.t === 'ready') return;
  if (message.t === 'clock') {
    assert.ok(Number.isFinite(message.computedMs));
    return;
  }
  assert.equal(typeof message.id, 'number');
  if (message.t === 'loaded') {
    const outcome = loadOutcome(message);
    if (outcome.ok) assert.ok(depthOf(outcome.manifest) <= 64);
  } else if (message.t === 'failed') {
    assert.notEqual(loadOutcome(message).ok, true);
    const { reason, message: text, stack = '' } = runFailure(message);
    assert.match(reason, /^[a-z]+$/);
    assert.ok(text.length <= 4096 && stack.length <= 4096, 'it is for the log');
  } else {
    assert.ok(Number.isFinite(message.micros) && message.micros >= 0, 'it is added to a sum');
    const outcome = runOutcome(message, QUESTION);
    if (!outcome.ok) return;
    assert.ok(depthOf(outcome.plan) <= 64);
    assert.ok(outcome.reads.length <= 1024 && outcome.impure.length <= 1024);
    for (const [fact, value] of outcome.reads) {
      assert.equal(typeof fact, 'string');
      assert.ok(value === null || ['string', 'number', 'boolean'].includes(typeof value));
      assert.ok(fact.length + String(value).length <= 1024, 'it is kept');
    }
  }
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

suite('Replies of a sandbox', { timeout: 30_000 }, () => {
  test('The laws hold for any JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), checkLaws), FUZZ);
  });

  test('The laws hold for messages whose every field is anything', () => {
    const t = fc.constantFrom('ready', 'loaded', 'ran', 'failed');
    const any = fc.jsonValue({ maxDepth: 2 });
    const fields = {
      open: any,
      id: fc.oneof(fc.double(), any),
      manifest: any,
      plan: any,
      reads: any,
      impure: any,
    };
    const more = { micros: fc.oneof(fc.double(), any), reason: any, message: any, stack: any };
    fc.assert(fc.property(fc.record({ t, ...fields, ...more }, { requiredKeys: ['t'] }), checkLaws), FUZZ);
  });

  test('The laws hold for sound messages that were spoilt', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = seededRandom(seed);
        // As it comes off the wire.
        checkLaws(JSON.parse(JSON.stringify(mutate(pick(SOUND, random), random) ?? null)));
      }),
      FUZZ,
    );
  });

  test('What nobody could keep is refused', () => {
    const long = 'x'.repeat(4097);
    const failed = { t: 'failed', id: 1, reason: 'throw', message: '' };
    assert.equal(isFromSandbox(failed), true);
    assert.equal(isFromSandbox({ ...failed, message: long }), false);
    assert.equal(isFromSandbox({ ...failed, stack: long }), false);
    assert.equal(isFromSandbox({ ...SOUND[2], micros: 1e300 }), false);
  });
});
