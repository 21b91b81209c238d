/** HTTPS and SVCB records whose hints are the addresses of their pool that are up, and SRV records that are checked one by one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlanData, PoolData } from '../../../runtime/rpc/plan.ts';
import { firstHealthy, pool, World } from '../world.ts';

const check = { type: 'tcp', port: 443 } as const;
const POOLS: Readonly<Record<string, PoolData>> = {
  web: {
    records: {
      A: ['192.0.2.1', '192.0.2.2'],
      AAAA: ['2001:db8::1'],
      HTTPS: ['1 . alpn=h2,h3 ipv4hint=auto ipv6hint=auto', '2 alt.example.net. port=8443 ipv4hint=auto'],
      SVCB: ['1 . ipv4hint=192.0.2.1'],
    },
    check,
  },
  old: { records: { A: ['198.51.100.1'], HTTPS: ['1 . ipv4hint=auto ipv6hint=auto'] }, check },
  must: {
    records: { A: ['203.0.113.1', '203.0.113.2'], HTTPS: ['1 . mandatory=ipv4hint ipv4hint=auto'] },
    check,
  },
  sip: {
    records: { SRV: ['10 5 5060 sip1.example.net', '20 5 5061 sip2.example.net', '30 0 5062 .'] },
    check: { type: 'tcp', port: 1 },
  },
};
const WEB = ['192.0.2.1', '192.0.2.2', '2001:db8::1'];

/** Plan, what is down, the type → the answer. */
const CASES: Readonly<
  Record<string, readonly [PlanData, down: readonly string[], type: string, answer: string]>
> = {
  'Hints are all addresses of the pool': [
    pool('web'),
    [],
    'HTTPS',
    '1 . alpn="h2,h3" ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1 2 alt.example.net. port=8443 ipv4hint=192.0.2.1,192.0.2.2',
  ],
  'but for those that are down': [
    pool('web'),
    ['192.0.2.1'],
    'HTTPS',
    '1 . alpn="h2,h3" ipv4hint=192.0.2.2 ipv6hint=2001:db8::1 2 alt.example.net. port=8443 ipv4hint=192.0.2.2',
  ],
  'A family that is down has no hint': [
    pool('web'),
    ['192.0.2.1', '192.0.2.2'],
    'HTTPS',
    '1 . alpn="h2,h3" ipv6hint=2001:db8::1 2 alt.example.net. port=8443',
  ],
  'All down: all are hinted at, as they are answered': [
    pool('web'),
    WEB,
    'HTTPS',
    '1 . alpn="h2,h3" ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1 2 alt.example.net. port=8443 ipv4hint=192.0.2.1,192.0.2.2',
  ],
  'Hints of a family that the pool does not have are none': [
    pool('old'),
    [],
    'HTTPS',
    '1 . ipv4hint=198.51.100.1',
  ],
  'Hints that are written out stay': [pool('web'), ['192.0.2.1'], 'SVCB', '1 . ipv4hint=192.0.2.1'],
  'A mandatory hint stays': [
    pool('must'),
    ['203.0.113.1'],
    'HTTPS',
    '1 . mandatory=ipv4hint ipv4hint=203.0.113.1,203.0.113.2',
  ],
  'A choice leads to records with hints of the place': [
    firstHealthy('web', 'old'),
    WEB,
    'HTTPS',
    '1 . ipv4hint=198.51.100.1',
  ],
  'All services that are up are answered': [
    pool('sip'),
    [],
    'SRV',
    '10 5 5060 sip1.example.net. 20 5 5061 sip2.example.net. 30 0 5062 .',
  ],
  'and none that is down': [
    pool('sip'),
    ['sip1.example.net'],
    'SRV',
    '20 5 5061 sip2.example.net. 30 0 5062 .',
  ],
};

for (const [what, [plan, down, type, answer]] of Object.entries(CASES)) {
  test(what, () => assert.equal(new World(POOLS).down(...down).answer(plan, { type }), answer));
}

test('What has changed back is answered as before, with the same octets', () => {
  const world = new World(POOLS);
  const before = world.answer(pool('web'), { type: 'HTTPS' });
  assert.notEqual(world.down('192.0.2.1').answer(pool('web'), { type: 'HTTPS' }), before);
  assert.equal(world.up('192.0.2.1').answer(pool('web'), { type: 'HTTPS' }), before);
});
