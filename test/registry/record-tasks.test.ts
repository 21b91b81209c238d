/** What is done in a thread comes to the same as what is done at once. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import {
  type AssembleTask,
  assembleRecords,
  readRecords,
  workNow,
} from '../../runtime/registry/record-tasks.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { PlaceTable } from '../../runtime/zone/place-table.ts';
import { RecordPack } from '../../runtime/zone/record-pack.ts';
import { tablesIn } from '../../runtime/zone/zone-image.ts';
import { makeFolder } from '../support/policies-folder.ts';
import { ORIGIN } from '../support/zone.ts';

const SETTINGS = {
  nameServers: [],
  ttl: 3600,
  negativeTtl: 30,
  refresh: 1,
  retry: 1,
  expire: 1,
  ownAddresses: [],
};

for (const [what, count] of [
  ['small', 10],
  ['large', 5000],
] as const) {
  test(`A ${what} file is read and put together, and its faults have their places`, async (context) => {
    const text = `$TTL 60\n$GENERATE 1-${count} a$ TXT "this is $, and no other"\nb A wrong\nc A 192.0.2.1\nc A 192.0.2.1\n`;
    const { root } = makeFolder(context, { 'example.com.zone': text });
    const file = path.join(root, 'example.com.zone');
    const task = { kind: 'read', origin: ORIGIN, file, root } as const;
    const read = await readRecords(task);
    assert.deepEqual(read, workNow(task));
    assert.deepEqual([read.diagnostics[0]?.line, read.files], [3, [file]]);
    const records = [...RecordPack.of(mustRead(read.records))];
    assert.equal(records.length, count + 2);
    assert.equal(
      recordToText(records[1] ?? assert.fail()),
      'a2.example.com. 60 IN TXT "this" "is" "2," "and" "no" "other"',
    );
    const { records: octets, places } = read;
    const ofPolicy = new RecordPack().octets;
    const whole: AssembleTask = {
      kind: 'assemble',
      origin: ORIGIN,
      records: octets,
      places,
      ofPolicy,
      hosts: [],
      settings: SETTINGS,
      serial: 1,
    };
    const assembled = await assembleRecords(whole);
    assert.deepEqual(assembled, workNow(whole));
    const [twice] = assembled.diagnostics.filter(({ message }) => message.includes('there twice'));
    assert.deepEqual([twice?.file, twice?.line, twice?.source], [file, 5, 'c A 192.0.2.1']);
    assert.equal(tablesIn(assembled.image).order.length, 0);
    const signed = await assembleRecords({
      ...whole,
      signing: { resign: false, keys: undefined },
    });
    assert.equal(tablesIn(signed.image).order.length, count + 2, 'The apex, all of a and c own an NSEC');
  });
}

test('Signatures of another signer are told with what to do: for a zone that goes unsigned, another thing', async (context) => {
  const rrsig = 'A 13 3 60 20300101000000 20200101000000 1 example.com. AAAA';
  const { root } = makeFolder(context, { 'example.com.zone': `$TTL 60\na A 192.0.2.1\na RRSIG ${rrsig}\n` });
  const file = path.join(root, 'example.com.zone');
  const { records, places } = await readRecords({ kind: 'read', origin: ORIGIN, file, root });
  const ofPolicy = new RecordPack().octets;
  const task = { kind: 'assemble', origin: ORIGIN, records, places, ofPolicy, hosts: [], serial: 1 } as const;
  const remedyOf = async (isLeaving: boolean) => {
    const signing = { resign: false, isLeaving, keys: undefined };
    const { diagnostics } = await assembleRecords({ ...task, settings: SETTINGS, signing });
    return diagnostics.find(({ code }) => code === 'DNSSEC_SIGNED')?.remedy ?? '';
  };
  assert.match(await remedyOf(false), /"dnssec\.resign: true"/);
  assert.match(await remedyOf(true), /^Say "dnsteer dnssec unsign"/);
});

test('Addresses of name servers in other zones are those of the settings, for rolls to look at', async () => {
  const nameServers = [
    { name: 'NS1.elsewhere.test', addresses: ['192.0.2.1', '2001:db8::1'] },
    { name: 'ns2.example.com.', addresses: ['192.0.2.2'] },
  ];
  const { facts } = await assembleRecords({
    kind: 'assemble',
    origin: ORIGIN,
    records: new RecordPack().octets,
    ofPolicy: new RecordPack().octets,
    places: new PlaceTable(() => '').columns,
    hosts: [],
    settings: { ...SETTINGS, nameServers },
    serial: 1,
    signing: { resign: false, keys: undefined },
  });
  assert.deepEqual(facts?.nameServers, [
    { name: 'ns1.elsewhere.test', addresses: ['192.0.2.1', '2001:db8::1'] },
    { name: 'ns2.example.com', addresses: ['192.0.2.2'] },
  ]);
});

function mustRead(octets: Uint8Array<ArrayBuffer>): RecordPack {
  const read = RecordPack.read(octets);
  assert.ok(read.ok);
  return read.value;
}
