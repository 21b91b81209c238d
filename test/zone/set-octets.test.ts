/** What is kept of sets that were asked for, whatever clients ask for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { MessageWriter } from '../../runtime/wire/writer.ts';
import { MAX_MADE_RECORDS, SetReader } from '../../runtime/zone/set-octets.ts';
import { draftZone } from '../../runtime/zone/zone-draft.ts';
import { parseZone } from '../../runtime/zone/zone-file.ts';
import { name } from '../support/wire.ts';
import { APEX_RECORDS } from '../support/zone.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const SETS = 1200;
const RECORDS = 250;

test('Of sets with many records each no more are kept than there is room for, and all are read right', () => {
  const lines = Array.from({ length: SETS }, (_, set) => {
    const records = Array.from(
      { length: RECORDS },
      (_, index) => `n${set} A 10.${set >> 8}.${set & 255}.${index}`,
    );
    return `${records.join('\n')}\n`;
  });
  const origin = name('example.com');
  const { records } = parseZone(APEX_RECORDS + lines.join(''), { origin });
  const { tables } = draftZone(origin, records, []);
  const reader = new SetReader(tables);
  const addresses = tables.types.reduce((count, type) => count + (type === RRTYPE.A ? 1 : 0), 0);
  assert.ok(addresses >= SETS && addresses * RECORDS > 2 * MAX_MADE_RECORDS);
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let round = 0; round < 2; round += 1) {
    for (let set = 0; set < tables.types.length; set += 1) {
      const { type, rdatas } = reader.at(set);
      assert.equal(type, tables.types[set]);
      if (type === RRTYPE.A && rdatas.length > 100) assert.equal(rdatas.length, RECORDS);
    }
  }
  collect();
  const kept = process.memoryUsage().heapUsed - before;
  assert.ok(kept < 160 * MAX_MADE_RECORDS, `${kept} octets for ${MAX_MADE_RECORDS} records`);
  assert.equal(reader.at(5), reader.at(5), 'what was just made is kept');
});

test('A set larger than any message is read record by record for a transfer, and for nobody else', () => {
  const count = 6000;
  const lines = Array.from({ length: count }, (_, index) => `a A 10.0.${index >> 8}.${index & 255}`);
  const origin = name('example.com');
  const { records } = parseZone(`${APEX_RECORDS}${lines.join('\n')}\nb TXT x\n`, { origin });
  const { tables } = draftZone(origin, records, []);
  let cuts = 0;
  const subarray = tables.sets.subarray.bind(tables.sets);
  tables.sets.subarray = (from, to) => {
    cuts += 1;
    return subarray(from, to);
  };
  const reader = new SetReader(tables);
  const large = reader.at(tables.types.indexOf(RRTYPE.A));
  assert.ok(cuts < 5, `${cuts} pieces`);
  const written = new MessageWriter().writeRRset('answer', name('a.example.com'), RRTYPE.A, 1, large.rdatas);
  assert.equal(written, false);
  assert.equal(large.encoded, undefined);
  const listed = [...reader.records()].filter(({ type }) => type === RRTYPE.A);
  assert.deepEqual(
    listed.map(({ rdata }) => 256 * (rdata[2] ?? 0) + (rdata[3] ?? 0)),
    [...Array(count).keys()],
  );
});
