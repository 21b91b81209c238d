/** Zones as they come in: whole (RFC 5936 §2.2), and as changes (RFC 1995 §4). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IncomingZone, type Taken } from '../../runtime/transfer/incoming.ts';
import type { ClassedRecord, Message } from '../../runtime/wire/message.ts';
import { type ResourceRecord, recordToText } from '../../runtime/wire/record.ts';
import { parseZoneText } from '../../runtime/zone/zone-file.ts';
import { name } from '../support/wire.ts';

const ORIGIN = name('example.com.');

/** Records from lines of a zone file; a number is the SOA with that serial, a letter an address. */
function records(...items: (number | string)[]): ClassedRecord[] {
  const lines = items.map((item) =>
    typeof item === 'number'
      ? `@ 60 SOA ns host ${item} 1 1 1 1`
      : /^\w+$/.test(item)
        ? `${item} 60 A 192.0.2.1`
        : item,
  );
  const parsed = lines.flatMap((line) => parseZoneText(`${line}\n`, { origin: ORIGIN }).records);
  assert.equal(parsed.length, items.length);
  return parsed.map(({ owner, type, ttl, rdata }) => ({ owner, type, ttl, rdata, class: 1 }));
}

function message(answers: readonly ClassedRecord[]): Message {
  return { answers } as unknown as Message;
}

/** What becomes of messages, in turn. */
function taken(zone: IncomingZone, ...messages: ClassedRecord[][]): Taken[] {
  return messages.map((answers) => zone.take(message(answers)));
}

function texts(list: readonly ResourceRecord[] | undefined): string[] | undefined {
  return list?.map(recordToText).sort();
}

test('RFC 5936 §2.2: a zone is what is between two SOAs, however it is spread over messages', () => {
  for (const messages of [[records(7, 'a', 'b', 7)], [records(7), records('a'), records('b', 7)]]) {
    const zone = new IncomingZone(ORIGIN);
    const ends = taken(zone, ...messages);
    assert.equal(ends.at(-1), 'done');
    assert.deepEqual(texts(zone.records), texts(records(7, 'a', 'b')));
    assert.equal(zone.serial, 7);
  }
});

test('RFC 1995 §2: the SOA that is held says that nothing has changed', () => {
  const zone = new IncomingZone(ORIGIN, records(7, 'a'));
  assert.deepEqual(taken(zone, records(7)), ['done']);
  assert.equal(zone.records, undefined);
});

test('RFC 1995 §4: who asked for changes may get all', () => {
  const zone = new IncomingZone(ORIGIN, records(6, 'x'));
  assert.deepEqual(taken(zone, records(7, 'a', 7)), ['done']);
  assert.deepEqual(texts(zone.records), texts(records(7, 'a')));
});

test('RFC 1995 §4: steps of changes are done one after the other', () => {
  const zone = new IncomingZone(ORIGIN, records(5, 'a', 'b'));
  assert.deepEqual(taken(zone, records(7, 5, 'a', 6, 'c', 'd'), records(6, 'c', 'b', 7, 'e', 7)), [
    'more',
    'done',
  ]);
  assert.deepEqual(texts(zone.records), texts(records(7, 'd', 'e')));
});

test('What is no zone says why', () => {
  const problem = (before: ClassedRecord[] | undefined, ...items: (number | string)[]): string => {
    const [end] = taken(new IncomingZone(ORIGIN, before), records(...items));
    return typeof end === 'object' ? end.problem : String(end);
  };
  assert.match(problem(undefined, 'a'), /does not begin with the SOA/);
  assert.match(problem(undefined), /no records/);
  assert.match(problem(undefined, 7, 'a', 8), /last SOA is not the first/);
  assert.match(problem(undefined, 7, 'a', 7, 'b'), /behind the end/);
  assert.match(problem(undefined, 7, 'a.example.net. 60 A 192.0.2.1'), /another zone/);
  assert.match(problem(records(5), 7, 6, 7, 7), /do not begin with the version held/);
  assert.match(problem(records(5), 7, 5, 'a', 7, 7), /removes a record that is not there/);
  assert.match(problem(records(5), 8, 5, 6, 7, 8), /do not follow one another/);
});

const zones = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), { maxLength: 7 });

test('Changes between any versions lead from the one to the other', () => {
  fc.assert(
    fc.property(
      fc.array(zones, { minLength: 2, maxLength: 5 }),
      fc.integer({ min: 1, max: 5 }),
      (versions, size) => {
        const last = versions.length - 1;
        const steps = versions.slice(1).flatMap((after, index) => {
          const before = versions[index] ?? [];
          const gone = before.filter((item) => !after.includes(item));
          return [index, ...gone, index + 1, ...after.filter((item) => !before.includes(item))];
        });
        const all = records(last, ...steps, last);
        const zone = new IncomingZone(ORIGIN, records(0, ...(versions[0] ?? [])));
        for (let from = 0; from < all.length; from += size) zone.take(message(all.slice(from, from + size)));
        assert.deepEqual(texts(zone.records), texts(records(last, ...(versions[last] ?? []))));
      },
    ),
  );
});
