/** The journal of a zone: what it keeps of versions, and for how long (RFC 1995, RFC 1982). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { History, historyOctets } from '../../runtime/journal/history.ts';
import { type Journal, nextJournal } from '../../runtime/journal/journal.ts';
import { decodeJournal, encodeJournal } from '../../runtime/journal/journal-file.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { must } from '../support/wire.ts';
import { histories, hosts, type Version, ZONE } from './versions.ts';

function journalOf(versions: readonly Version[], mostOctets = 2 ** 20): Journal {
  let journal: Journal | undefined;
  for (const { records } of versions) journal = nextJournal(journal, records, mostOctets);
  return journal ?? assert.fail();
}

function file(journal: Journal): Buffer<ArrayBuffer> {
  return Buffer.concat(encodeJournal(ZONE, journal));
}

/** Enough that changes are smaller than the zone. */
const MANY = Array.from({ length: 30 }, (_, index) => `host-${index}`);

test('RFC 1995 §4: a step is the old SOA, what went, the new SOA, what came', () => {
  const journal = journalOf([hosts(1, 'gone', ...MANY), hosts(2, ...MANY, 'new')]);
  const changes = new History(historyOctets(journal.steps)).since(1) ?? assert.fail();
  assert.deepEqual(
    [...changes].map((record) => recordToText(record).replace(/ns\.example.*com\. (\d+) .*/, '$1')),
    [
      'example.com. 3600 IN SOA 1',
      'gone.example.com. 60 IN A 192.0.2.1',
      'example.com. 3600 IN SOA 2',
      'new.example.com. 60 IN A 192.0.2.1',
    ],
  );
});

test('The same version changes nothing; a serial that does not go on ends what was known', () => {
  const before = journalOf([hosts(1, ...MANY), hosts(2, ...MANY, 'a')]);
  assert.equal(nextJournal(before, hosts(2, 'a', ...MANY).records, 2 ** 20), before);
  assert.equal(before.steps.length, 1);
  for (const serial of [2, 1, 2 + 2 ** 31]) {
    assert.deepEqual(nextJournal(before, hosts(serial, ...MANY).records, 2 ** 20)?.steps, [], `${serial}`);
  }
});

test('The oldest steps go first: beyond the bound, and beyond the size of the zone', () => {
  const versions = Array.from({ length: 60 }, (_, index) => hosts(index + 1, ...MANY, `new-${index}`));
  const size = (journal: Journal): number => historyOctets(journal.steps).length;
  const all = journalOf(versions);
  assert.ok(size(all) <= all.records.octets.length && size(all) > all.records.octets.length / 2);
  const few = journalOf(versions, 600);
  assert.ok(size(few) <= 600 && few.steps.length >= 2, `${size(few)}`);
  assert.equal(few.steps.at(-1)?.from, 59);
  assert.deepEqual(few.steps, all.steps.slice(-few.steps.length));
  assert.deepEqual(journalOf(versions, 0).steps, []);
});

test('However small they are, there are 4096 steps at most', () => {
  const many = Array.from({ length: 3000 }, (_, index) => `host-${index}`);
  const records = hosts(4097, ...many).records;
  const steps = Array.from({ length: 4096 }, (_, from) => ({ from, records: new Uint8Array(9) }));
  const next = nextJournal({ records: hosts(4096, ...many).records, steps }, records, 2 ** 30);
  assert.ok(next);
  assert.deepEqual([next.steps.length, next.steps[0]?.from, next.steps.at(-1)?.from], [4096, 1, 4096]);
});

test('Steps that begin at the serial of a version nobody looked at are not known', () => {
  const before = journalOf([1, 2, 3].map((serial) => hosts(serial, ...MANY, `new-${serial}`)));
  const starts = (passedOver: number[]): (number | undefined)[] | undefined =>
    nextJournal(before, hosts(9, ...MANY).records, 2 ** 20, passedOver)?.steps.map(({ from }) => from);
  assert.deepEqual(starts([4, 9]), [1, 2, 3]);
  assert.deepEqual(starts([1]), [2, 3]);
  // Version 3 was replaced by another with this serial.
  assert.deepEqual(starts([3, 9]), []);
});

test('RFC 1982 §3.2: no step begins at a serial that does not come before the newest', () => {
  const serials = [0, 2 ** 30, 2 ** 31, 2 ** 31 + 2 ** 30 + 1, 5, 2 ** 30];
  const { steps } = journalOf(serials.map((serial) => hosts(serial, ...MANY)));
  assert.deepEqual(
    steps.map(({ from }) => from),
    [2 ** 31 + 2 ** 30 + 1, 5],
  );
});

test('Law: what is written is read again', () => {
  fc.assert(
    fc.property(histories, (versions) => {
      const journal = journalOf(versions);
      const read = must(decodeJournal(file(journal), ZONE));
      assert.deepEqual([...read.records], [...journal.records]);
      assert.deepEqual(historyOctets(read.steps), historyOctets(journal.steps));
    }),
  );
});

test('Law: a file that is cut off or changed anywhere is not read', () => {
  const octets = file(journalOf([hosts(1, ...MANY), hosts(2, ...MANY, 'a'), hosts(3, ...MANY)]));
  assert.ok(decodeJournal(octets, ZONE).ok);
  fc.assert(
    fc.property(fc.nat(octets.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const other = Buffer.from(octets);
      other[at] = (other[at] ?? 0) ^ change;
      assert.ok(!decodeJournal(other, ZONE).ok);
      assert.ok(!decodeJournal(Buffer.from(octets.subarray(0, at)), ZONE).ok);
    }),
  );
});

test('A file of another zone, and steps that do not join, are not used', () => {
  const journal = journalOf([hosts(1, ...MANY), hosts(2, ...MANY, 'a'), hosts(3, ...MANY)]);
  const problem = (octets: Buffer<ArrayBuffer>, zone = ZONE): string => {
    const read = decodeJournal(octets, zone);
    return read.ok ? 'none' : read.problem;
  };
  assert.match(problem(file(journal), 'example.net'), /of another zone, example\.com/);
  const [first, second] = journal.steps;
  assert.ok(first && second);
  for (const steps of [[first], [second, first], [{ ...first, from: 7 }, second]]) {
    assert.equal(problem(file({ ...journal, steps })), 'its steps do not join');
  }
  assert.equal(problem(file({ ...journal, steps: [second] })), 'none');
});
