/** What an answer process reads of a policy is what control wrote. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { atOnce } from '../../runtime/base/loop/steps.ts';
import { encodePolicyBody, policyBodyInSteps } from '../../runtime/rpc/policy-body.ts';

const numbers = fc.array(fc.maxSafeNat());

test('Manifest, targets and script come out as they went in', () => {
  fc.assert(
    fc.property(fc.uint8Array(), numbers, fc.string({ unit: 'binary' }), (octets, named, text) => {
      const manifest = new Uint8Array(octets);
      const targets = Float64Array.from(named);
      const script = text.toWellFormed();
      const body = atOnce(policyBodyInSteps(encodePolicyBody({ manifest, targets, script })));
      assert.deepEqual(body, { manifest, targets, script: { json: JSON.stringify(script) } });
    }),
  );
});

test('A manifest of megabytes and its targets are taken over in several steps, and their memory is not shared', () => {
  const manifest = Uint8Array.from({ length: 1_000_000 }, (_, index) => index % 251);
  const targets = Float64Array.from({ length: 65_536 }, (_, index) => index);
  const octets = encodePolicyBody({ manifest, targets, script: '' });
  const steps = policyBodyInSteps(octets);
  let taken = 0;
  let last = steps.next();
  for (; last.done !== true; last = steps.next()) taken += 1;
  assert.equal(taken, 6);
  octets.fill(0);
  assert.deepEqual([last.value.manifest, last.value.targets], [manifest, targets]);
  assert.equal(last.value.manifest.buffer.byteLength, manifest.length);
  assert.equal(last.value.targets.buffer.byteLength, 8 * targets.length);
});
