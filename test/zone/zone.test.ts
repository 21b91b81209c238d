import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordPack } from '../../runtime/zone/record-pack.ts';
import { buildZone } from '../../runtime/zone/zone.ts';
import { draftZone } from '../../runtime/zone/zone-draft.ts';
import { parseZoneText } from '../../runtime/zone/zone-file.ts';
import { ZoneIndex } from '../../runtime/zone/zone-index.ts';
import { name } from '../support/wire.ts';
import { APEX_RECORDS, ask, ORIGIN, rrsetToText, zoneFromText } from '../support/zone.ts';
import { rrsetsIn } from '../support/zone-update.ts';

function recordsOf(text: string) {
  return parseZoneText(text, { origin: ORIGIN }).records;
}

function build(text: string, hosts: readonly Uint8Array[] = []) {
  return buildZone({ origin: ORIGIN, records: recordsOf(text), hosts, attachment: undefined });
}

test('SOA and NS are at hand', () => {
  const zone = zoneFromText(APEX_RECORDS);
  assert.equal(
    rrsetToText(zone.soa),
    'example.com. 3600 SOA ns.example.net. host.example.net. 1 7200 900 1209600 300',
  );
  assert.equal(rrsetToText(zone.ns), 'example.com. 3600 NS ns.example.net.');
});

test('Negative answers are kept for the lower of SOA TTL and minimum', () => {
  assert.equal(build('@ 3600 SOA a b 1 2 3 4 300\n@ 1 NS a').negativeTtl, 300);
  assert.equal(build('@ 60 SOA a b 1 2 3 4 300\n@ 1 NS a').negativeTtl, 60);
});

test('Records are gathered into sets: once each, with the lowest TTL, in the case of the first owner', () => {
  const text = 'a 60 A 192.0.2.2\nB 9 TXT x\nA 50 A 192.0.2.1\na 70 A 192.0.2.2\na 60 TXT x';
  const records = recordsOf(text);
  const { tables, duplicates, oddTtls } = draftZone(ORIGIN, RecordPack.of(records), []);
  const rrsets = rrsetsIn(new ZoneIndex(ORIGIN, tables));
  const expected = [
    'a.example.com. 50 A 192.0.2.2, 192.0.2.1',
    'a.example.com. 60 TXT "x"',
    'B.example.com. 9 TXT "x"',
  ];
  assert.deepEqual(rrsets.map(rrsetToText), expected);
  assert.deepEqual([duplicates, oddTtls], [[3], [2]]);
});

test('Records whose names in the data differ in case only are the same, and texts are not (RFC 4034 §6.2)', () => {
  const text = 'a 60 MX 5 Mail\na 60 MX 5 mail\na 60 MX 6 mail\na 60 TXT x\na 60 TXT X';
  assert.deepEqual(draftZone(ORIGIN, RecordPack.of(recordsOf(text)), []).duplicates, [1]);
});

test('Zones do not share what they scratch on', () => {
  const one = zoneFromText(`${APEX_RECORDS}a.b 60 TXT one`);
  const other = zoneFromText(`${APEX_RECORDS}c 60 TXT other`, ['d'], name('example.net.'));
  assert.equal(ask(one, 'a.b TXT'), 'answer a.b.example.com. 60 TXT "one"');
  assert.equal(ask(other, 'd TXT', ['d']), 'policy d');
  assert.equal(ask(other, 'a.b TXT'), 'nxdomain');
});

for (const [claim, text, hosts] of [
  ['no SOA', '@ 1 NS a', []],
  ['no NS', '@ 1 SOA a b 1 2 3 4 5', []],
  ['two SOAs', '@ 1 SOA a b 1 2 3 4 5\n@ 1 SOA a b 2 2 3 4 5\n@ 1 NS a', []],
  ['a record outside', `${APEX_RECORDS}example.net. 60 TXT x`, []],
  ['a host outside', APEX_RECORDS, [name('example.net.')]],
] as const) {
  test(`A zone with ${claim} is a bug`, () => assert.throws(() => build(text, hosts), /Assertion failed/));
}
