/** Names at which a name server vouches for the CDS of a zone (RFC 9615). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signalName, signalRecords } from '../../../../runtime/dnssec/rolls/outside/signal-names.ts';
import { nameToText } from '../../../../runtime/wire/name.ts';
import { name } from '../../../support/wire.ts';

const cds = [Uint8Array.of(0, 1, 13, 2, 9)];
const cdnskey = [Uint8Array.of(1, 1, 3, 13, 9)];
const nameServers = [
  name('ns1.host.test'),
  name('NS1.host.test'),
  name('ns.zone.test'),
  name('ns2.other.test'),
];

test('CDS and CDNSKEY stand below each name server in the zone that is ours, once', () => {
  const records = signalRecords({ zone: name('zone.test'), nameServers, cds, cdnskey }, name('host.test'));
  assert.deepEqual(
    records.map(({ owner, type }) => `${nameToText(owner)} ${type}`),
    ['_dsboot.zone.test._signal.ns1.host.test. 59', '_dsboot.zone.test._signal.ns1.host.test. 60'],
  );
  assert.deepEqual(
    records.map(({ rdata }) => rdata),
    [...cds, ...cdnskey],
  );
});

test('No name server vouches for the zone it is in', () => {
  const zone = { zone: name('zone.test'), nameServers, cds, cdnskey };
  assert.deepEqual(signalRecords(zone, name('zone.test')), []);
  assert.deepEqual(signalRecords(zone, name('sub.zone.test')), []);
  assert.deepEqual(
    signalRecords(zone, name('test')).map(({ owner }) => nameToText(owner).includes('ns.zone')),
    [false, false, false, false],
  );
});

test('A name of more than 255 octets is left out', () => {
  const long = name(`${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.test`);
  assert.equal(signalName(long, long), undefined);
  assert.deepEqual(
    signalRecords({ zone: long, nameServers: [name(`x.${nameToText(long)}`)], cds, cdnskey }, name('test')),
    [],
  );
});
