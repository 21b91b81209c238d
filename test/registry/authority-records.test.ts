/** What a zone gets from the settings, told as zone-file text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuthoritySettings, completeRecords } from '../../runtime/registry/authority-records.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { originOf } from '../../runtime/zone/origin.ts';
import type { RecordPack } from '../../runtime/zone/record-pack.ts';
import { parseZone } from '../../runtime/zone/zone-file.ts';

const ORIGIN = originOf('example.com');
const SETTINGS: AuthoritySettings = {
  nameServers: [
    { name: 'ns1.example.com', addresses: ['192.0.2.53', '2001:db8::53'] },
    { name: 'ns2.example.net', addresses: ['198.51.100.53'] },
  ],
  contact: 'host\\.master.example.net',
  ttl: 3600,
  negativeTtl: 30,
  refresh: 7200,
  retry: 600,
  expire: 604_800,
  ownAddresses: ['127.0.0.1', '::1'],
};

function zone(text: string): RecordPack {
  const { records, diagnostics } = parseZone(text, { origin: ORIGIN, defaultTtl: 300 });
  assert.deepEqual(diagnostics, []);
  return records;
}

function assembled(text: string, settings: AuthoritySettings = SETTINGS, origin = ORIGIN): string[] {
  const records = zone(text);
  completeRecords(origin, records, settings, 42);
  return [...records].map(recordToText);
}

test('A zone without SOA and NS gets them from the settings, with glue for servers inside it', () => {
  assert.deepEqual(assembled('www A 192.0.2.1'), [
    'www.example.com. 300 IN A 192.0.2.1',
    'example.com. 3600 IN SOA ns1.example.com. host\\.master.example.net. 42 7200 600 604800 30',
    'example.com. 3600 IN NS ns1.example.com.',
    'example.com. 3600 IN NS ns2.example.net.',
    'ns1.example.com. 3600 IN A 192.0.2.53',
    'ns1.example.com. 3600 IN AAAA 2001:db8::53',
  ]);
});

test('What the files say is left alone', () => {
  const text = '@ SOA a.example. b.example. 7 1 1 1 1\n@ NS ns.example.\n';
  assert.deepEqual(assembled(text), [...zone(text)].map(recordToText));
});

test('Name servers from the settings keep the addresses that the files give them', () => {
  const records = assembled('ns1 A 192.0.2.99');
  assert.deepEqual(
    records.filter((record) => record.startsWith('ns1.')),
    ['ns1.example.com. 300 IN A 192.0.2.99'],
  );
});

test('A delegation is no NS of the zone itself', () => {
  assert.ok(assembled('sub NS ns.example.').includes('example.com. 3600 IN NS ns2.example.net.'));
});

test('Without settings, a zone is served by its own ns1, where this server listens', () => {
  assert.deepEqual(assembled('', { ...SETTINGS, nameServers: [], contact: undefined }), [
    'example.com. 3600 IN SOA ns1.example.com. hostmaster.example.com. 42 7200 600 604800 30',
    'example.com. 3600 IN NS ns1.example.com.',
    'ns1.example.com. 3600 IN A 127.0.0.1',
    'ns1.example.com. 3600 IN AAAA ::1',
  ]);
});

test('An address that means any is the address of none', () => {
  const records = assembled('', { ...SETTINGS, nameServers: [], ownAddresses: ['0.0.0.0', '::'] });
  assert.equal(records.length, 2);
});

test('A zone with the longest of names gets what it needs, too', () => {
  const label = 'a'.repeat(63);
  const longest = originOf(`${label}.${label}.${label}.${label.slice(2)}`);
  assert.equal(longest.length, 255);
  assert.equal(assembled('', { ...SETTINGS, nameServers: [], contact: undefined }, longest).length, 4);
});

test('An address that is listened on with two ports is an address of the server once', () => {
  const ownAddresses = ['192.0.2.7', '192.0.2.7', '2001:db8::7'];
  const records = assembled('', { ...SETTINGS, nameServers: [], ownAddresses });
  assert.deepEqual(
    records.filter((record) => record.startsWith('ns1.')),
    ['ns1.example.com. 3600 IN A 192.0.2.7', 'ns1.example.com. 3600 IN AAAA 2001:db8::7'],
  );
});
