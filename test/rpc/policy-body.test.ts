/** What an answer process reads of a policy is what control wrote. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { atOnce } from '../../runtime/base/loop/steps.ts';
import { encodePolicyBody, policyBodyInSteps } from '../../runtime/rpc/policy-body.ts';

test('Manifest and script come out as they went in', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ unit: 'binary' }), (octets, text) => {
      const manifest = new Uint8Array(octets);
      const script = text.toWellFormed();
      const body = atOnce(policyBodyInSteps(encodePolicyBody({ manifest, script })));
      assert.deepEqual(body, { manifest, script: { json: JSON.stringify(script) } });
    }),
  );
});

test('A manifest of megabytes is taken over in several steps, and its memory is not shared', () => {
  const manifest = Uint8Array.from({ length: 1_000_000 }, (_, index) => index % 251);
  const octets = encodePolicyBody({ manifest, script: '' });
  const steps = policyBodyInSteps(octets);
  let taken = 0;
  let last = steps.next();
  for (; last.done !== true; last = steps.next()) taken += 1;
  assert.equal(taken, 4);
  octets.fill(0);
  assert.deepEqual(last.value.manifest, manifest);
  assert.equal(last.value.manifest.buffer.byteLength, manifest.length);
});
