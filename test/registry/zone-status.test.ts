/** The name that is shown as one to ask of a policy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleOf } from '../../runtime/registry/zone-status.ts';
import { name } from '../support/wire.ts';

for (const [keys, sample] of [
  [['www', '@'], 'shop.example'],
  [['*.app', 'www'], 'www.shop.example'],
  [['*'], undefined],
  [[], undefined],
] as const) {
  test(`Of hosts ${keys.join(', ') || '(none)'} it is ${sample}`, () => {
    const hosts = keys.map((key) => {
      const owner = name(key === '@' ? 'shop.example.' : `${key}.shop.example.`);
      return { key, name: owner, plan: null, types: [] };
    });
    assert.equal(sampleOf(hosts).sample, sample);
  });
}
