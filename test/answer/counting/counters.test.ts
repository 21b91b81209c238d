/** What is counted, and under which name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counters } from '../../../runtime/answer/counting/counters.ts';
import type { FallbackReason } from '../../../runtime/rpc/fallback.ts';
import { RCODE, rcodeToText } from '../../../runtime/wire/iana/rcode.ts';
import { typeFromText } from '../../../runtime/wire/iana/rrtype.ts';
import type { Transport } from '../../../runtime/wire/transport.ts';

const TYPES = ['A', 'AAAA', 'NS', 'SOA', 'MX', 'TXT', 'CNAME', 'PTR', 'SRV', 'CAA', 'HTTPS', 'SVCB', 'ANY'];
const RCODES = [
  ...(['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'] as const),
  ...(['YXDOMAIN', 'NOTAUTH', 'BADVERS', 'BADCOOKIE'] as const),
];
const TRANSPORTS: readonly Transport[] = ['udp', 'tcp'];

test('Every type, response code and transport has a count of its own', () => {
  const counters = new Counters();
  const expected = TYPES.flatMap((type) =>
    RCODES.flatMap((rcode) => TRANSPORTS.map((transport) => ({ zone: 'a.example', type, rcode, transport }))),
  );
  for (const [index, { type, rcode, transport }] of expected.entries()) {
    for (let count = 0; count <= index; count += 1) {
      counters.countQuery(counters.zone('a.example'), typeFromText(type) ?? 0, RCODE[rcode], transport);
    }
  }
  const counted = counters.queries().toSorted((a, b) => a.count - b.count);
  assert.deepEqual(
    counted,
    expected.map((row, index) => ({ ...row, rcode: rcodeToText(RCODE[row.rcode]), count: index + 1 })),
  );
});

test('Types that clients make up share one count', () => {
  const counters = new Counters();
  for (const type of [0, 65280, 65281]) counters.countQuery(undefined, type, RCODE.REFUSED, 'udp');
  assert.deepEqual(counters.queries(), [
    { zone: '', type: 'other', rcode: 'REFUSED', transport: 'udp', count: 3 },
  ]);
});

test('A zone keeps its counts through its versions', () => {
  const counters = new Counters();
  counters.countQuery(counters.zone('a.example'), 1, RCODE.NOERROR, 'udp');
  assert.equal(counters.zone('a.example'), counters.zone('a.example'));
  assert.notEqual(counters.zone('b.example'), counters.zone('a.example'));
  assert.deepEqual(
    counters.queries().map(({ zone }) => zone),
    ['a.example'],
  );
});

test('Fallbacks are counted by reason, and those that never were are not there', () => {
  const zone = new Counters().zone('a.example');
  assert.deepEqual(zone.all.fallbacks, {});
  const reasons: FallbackReason[] = [
    'throw',
    'budget',
    'deadline',
    'memory',
    'invalid',
    'sandbox',
    'breaker',
  ];
  for (const reason of [...reasons, 'quarantined', 'budget'] as const) zone.counts.fallbacks[reason] += 1;
  assert.deepEqual(zone.all.fallbacks, {
    throw: 1,
    budget: 2,
    deadline: 1,
    memory: 1,
    invalid: 1,
    sandbox: 1,
    breaker: 1,
    quarantined: 1,
  });
});

test('Of zones that are dropped the last thousand keep their counts, and no count is lost', () => {
  const counters = new Counters();
  const zones = 5000;
  for (let index = 0; index < zones; index += 1) {
    const zone = counters.zone(`z${index}.example`);
    assert.ok(zone.row <= 1026, `row ${zone.row}`);
    assert.equal(zone.all.memoHits, 0);
    counters.countQuery(zone, 1, RCODE.NOERROR, 'udp');
    counters.countMemoHits(zone.row, 2);
    counters.drop(`z${index}.example`);
  }
  const counted = counters.queries();
  assert.equal(
    counted.reduce((sum, { count }) => sum + count, 0),
    zones,
  );
  assert.deepEqual(counted.find(({ zone }) => zone === '')?.count, zones - 1024);
  const kept = counters.zone('z4000.example');
  assert.equal(kept.all.memoHits, 2, 'it is as it was before');
  counters.drop('z4000.example');
  counters.zone('z4000.example');
  for (let index = 0; index < 3000; index += 1) {
    counters.zone(`y${index}.example`);
    counters.drop(`y${index}.example`);
  }
  assert.equal(counters.zone('z4000.example'), kept, 'what is served is never given up');
});
