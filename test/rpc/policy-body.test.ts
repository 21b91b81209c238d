/** What an answer process reads of a policy is what control wrote, line by line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { atOnce } from '../../runtime/base/loop/steps.ts';
import type { ManifestData } from '../../runtime/rpc/plan.ts';
import { encodePolicyBody, policyBodyInSteps } from '../../runtime/rpc/policy-body.ts';

const keys = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'a\nb', '\u2028'));
const plans = fc.oneof(fc.constant(null), fc.record({ kind: fc.constant('cname'), target: fc.string() }));

test('Manifest and script come out as they went in, without static records and what nobody knows', () => {
  const manifests = fc.record({
    form: fc.constant('policy' as const),
    ttl: fc.option(fc.nat(), { nil: undefined }),
    fallback: fc.constant({ kind: 'nodata' as const }),
    pools: fc.dictionary(keys, fc.record({ records: fc.dictionary(keys, fc.array(fc.string())) })),
    hosts: fc.dictionary(keys, plans),
    records: fc.constant({ www: { records: { A: ['192.0.2.1'] } } }),
    unknown: fc.string(),
  });
  fc.assert(
    fc.property(manifests, fc.string({ unit: 'binary' }), (data, text) => {
      const manifest = data as unknown as ManifestData;
      const script = text.toWellFormed();
      const steps = policyBodyInSteps(encodePolicyBody({ manifest, script }));
      const { unknown: _, ...known } = data;
      const body = { manifest: { ...known, records: {} }, script: { json: JSON.stringify(script) } };
      const expected = JSON.parse(JSON.stringify(body));
      assert.deepEqual(JSON.parse(JSON.stringify(atOnce(steps))), expected);
    }),
  );
});

test('There is a step for each pool and host', () => {
  const hosts = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`h${index}`, null]));
  const manifest = { form: 'policy', pools: {}, hosts, fallback: { kind: 'nodata' }, records: {} } as const;
  const steps = policyBodyInSteps(encodePolicyBody({ manifest, script: '' }));
  let taken = 0;
  while (steps.next().done !== true) taken += 1;
  assert.equal(taken, 102);
});
