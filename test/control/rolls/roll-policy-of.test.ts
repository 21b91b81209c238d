/** What the settings say of the rolls of one zone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rollPolicyOf } from '../../../runtime/control/rolls/roll-policy-of.ts';
import { AUTOMATIC, MANUAL } from '../../../runtime/dnssec/rolls/roll-policy.ts';
import { DEFAULTS } from '../../support/roll-settings.ts';

const RULES = { algorithm: 13, scheme: 'csk', validity: 1_209_600, denial: 'chain', resign: false } as const;
const FACTS = { longestTtl: 300, dnskeys: [] };

test('Switches, lifetimes and waits are those of the closest pattern that has them, each on its own', () => {
  const settings = {
    ...DEFAULTS,
    perZone: {
      '*': { lifetimes: { csk: 86_400, zsk: 7200 }, waits: { margin: 7 } },
      '*.example': { automatic: { csk: ['done' as const] }, waits: { purge: 3600 } },
      'shop.example': {
        automatic: { unsign: [] },
        lifetimes: { zsk: 'never' as const },
        waits: { margin: 9 },
      },
    },
  };
  const policyOf = (zone: string) => rollPolicyOf(zone, settings, RULES, FACTS, []);
  const shop = policyOf('shop.example');
  assert.deepEqual(shop.switches.csk, { ...MANUAL, done: true });
  assert.deepEqual(shop.switches.unsign, MANUAL);
  assert.deepEqual(shop.switches.ksk, AUTOMATIC);
  assert.deepEqual(shop.lifetimes, { csk: 86_400 });
  assert.deepEqual([shop.margin, shop.purgeAfter, shop.parentDelay], [9, 3600, 86_400]);

  const elsewhere = policyOf('shop.test');
  assert.deepEqual(elsewhere.switches.csk, AUTOMATIC);
  assert.deepEqual(elsewhere.lifetimes, { csk: 86_400, zsk: 7200 });
  assert.deepEqual([elsewhere.margin, elsewhere.purgeAfter], [7, 2_592_000]);
  assert.deepEqual(DEFAULTS.waits.margin, 300, 'the defaults are as they were');
});
