/** What an answer process reads of a policy is what control wrote. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { atOnce } from '../../runtime/base/loop/steps.ts';
import { encodePolicyBody, policyBodyInSteps } from '../../runtime/rpc/policy-body.ts';

const numbers = fc.array(fc.maxSafeNat());

test('Manifest, targets, lists and script come out as they went in', () => {
  fc.assert(
    fc.property(
      fc.uint8Array(),
      numbers,
      fc.uint8Array(),
      fc.string({ unit: 'binary' }),
      (octets, named, listed, text) => {
        const manifest = new Uint8Array(octets);
        const targets = Float64Array.from(named);
        const lists = new Uint8Array(listed);
        const script = text.toWellFormed();
        const body = atOnce(policyBodyInSteps(encodePolicyBody({ manifest, targets, lists, script })));
        assert.deepEqual(body, { manifest, targets, lists, script: { json: JSON.stringify(script) } });
      },
    ),
  );
});

test('A manifest of megabytes, its targets and its lists are taken over in several steps, and their memory is not shared', () => {
  const manifest = Uint8Array.from({ length: 1_000_000 }, (_, index) => index % 251);
  const targets = Float64Array.from({ length: 65_536 }, (_, index) => index);
  const lists = Uint8Array.from({ length: 600_000 }, (_, index) => index % 241);
  const octets = encodePolicyBody({ manifest, targets, lists, script: '' });
  const steps = policyBodyInSteps(octets);
  let taken = 0;
  let last = steps.next();
  for (; last.done !== true; last = steps.next()) taken += 1;
  assert.equal(taken, 9);
  octets.fill(0);
  assert.deepEqual([last.value.manifest, last.value.targets, last.value.lists], [manifest, targets, lists]);
  assert.equal(last.value.lists.buffer.byteLength, lists.length);
  assert.equal(last.value.manifest.buffer.byteLength, manifest.length);
  assert.equal(last.value.targets.buffer.byteLength, 8 * targets.length);
});
