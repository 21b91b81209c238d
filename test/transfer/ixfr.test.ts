/** IXFR as a client gets it, from a server in process (RFC 1995). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildServedZone } from '../../runtime/answer/zones/served-zone.ts';
import { History, historyOctets } from '../../runtime/journal/history.ts';
import { type Journal, nextJournal } from '../../runtime/journal/journal.ts';
import { decodeJournal, encodeJournal } from '../../runtime/journal/journal-file.ts';
import { IncomingZone } from '../../runtime/transfer/incoming.ts';
import { AnswerCheck, Signer } from '../../runtime/tsig/signature.ts';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import type { Message } from '../../runtime/wire/message.ts';
import { canonicalName } from '../../runtime/wire/name.ts';
import { canonicalRdata } from '../../runtime/wire/rdata/embedded-names.ts';
import { type ResourceRecord, recordToText } from '../../runtime/wire/record.ts';
import { isSerialAfter } from '../../runtime/wire/serial-number.ts';
import { Server } from '../answer/server.ts';
import { histories, hosts, ORIGIN, type Version, ZONE } from '../journal/versions.ts';
import { packet } from '../support/packet.ts';
import { must } from '../support/wire.ts';
import { KEY, transferSettings } from './keys.ts';

/** A server of the last of these versions, which has seen them all. */
function serving(versions: readonly Version[], mostOctets = 2 ** 20): { server: Server; journal: Journal } {
  const server = new Server({ transfers: transferSettings({ allow: [{ from: '0.0.0.0/0' }] }) });
  const { health, counters, memory, signing } = server;
  const { image } = versions.at(-1) ?? assert.fail();
  const zone = buildServedZone({ zone: ZONE, version: '1', image }, { health, counters, memory, signing });
  let journal: Journal | undefined;
  for (const { records } of versions) {
    journal = nextJournal(journal, records, mostOctets);
    // As a restart between any two versions does.
    journal &&= must(decodeJournal(Buffer.concat(encodeJournal(ZONE, journal)), ZONE));
  }
  assert.ok(journal);
  zone.attachment.history = new History(historyOctets(journal.steps));
  server.zones.put(zone);
  return { server, journal };
}

interface Asking {
  readonly transport?: 'udp' | 'tcp';
  readonly isSigned?: boolean;
  readonly udpSize?: number;
}

function ask(
  server: Server,
  serial: number,
  { transport = 'tcp', isSigned, udpSize }: Asking = {},
): Message[] {
  const times = serial.toString(16).padStart(8, '0') + '00000001'.repeat(4);
  const soa = `c00c 0006 0001 00000000 0016 00 00 ${times}`;
  const opt = udpSize === undefined ? '' : ` 00 0029 ${udpSize.toString(16).padStart(4, '0')} 00000000 0000`;
  const asked = packet({ question: `${ZONE}. IXFR`, trailing: soa + opt });
  asked.writeUInt16BE(1, 8);
  asked.writeUInt16BE(udpSize === undefined ? 0 : 1, 10);
  const { signed, mac } = new Signer(KEY, undefined).sign(asked);
  const check = new AnswerCheck(KEY, mac);
  const messages: Message[] = [];
  const take = (octets: Uint8Array): void => {
    assert.ok(transport === 'tcp' || octets.length <= (udpSize ?? 512), `${octets.length} octets`);
    const own = Uint8Array.from(octets);
    messages.push(must(decodeMessage(isSigned === true ? must(check.next(own)) : own)));
  };
  server.responder.respond(isSigned === true ? signed : asked, {
    transport,
    address: '192.0.2.1',
    reply: take,
    ...(transport === 'tcp' && {
      replyAll: (all: Iterator<Uint8Array>) => {
        for (let next = all.next(); next.done !== true; next = all.next()) take(next.value);
      },
    }),
  });
  return messages;
}

/** What a secondary has that had `held`, after these messages. */
function applied(held: Iterable<ResourceRecord>, messages: readonly Message[]): string[] {
  const incoming = new IncomingZone(ORIGIN, [...held]);
  const ends = messages.map((message) => incoming.take(message));
  assert.equal(ends.at(-1), 'done', JSON.stringify(ends));
  return texts(incoming.records ?? held);
}

function texts(records: Iterable<ResourceRecord>): string[] {
  // Compression takes a name for another that differs in case, as all DNS does (RFC 4343).
  return Array.from(records, ({ owner, type, ttl, rdata }) =>
    recordToText({ owner: canonicalName(owner), type, ttl, rdata: canonicalRdata(type, rdata) }),
  ).sort();
}

const MANY = Array.from({ length: 30 }, (_, index) => `host-${index}`);
const VERSIONS = [hosts(1, 'a', ...MANY), hosts(2, 'b', ...MANY), hosts(3, 'b', 'c', ...MANY)];

test('Law: what is sent to whoever has any older version makes the newest of it', () => {
  let [incremental, whole] = [0, 0];
  fc.assert(
    fc.property(histories, fc.constantFrom(0, 300, 2 ** 20), (versions, mostOctets) => {
      const { server } = serving(versions, mostOctets);
      const newest = versions.at(-1) ?? assert.fail();
      for (const { serial, records } of versions) {
        // Of versions with one serial a secondary has the last.
        if (versions.findLast((one) => one.serial === serial)?.records !== records) continue;
        const messages = ask(server, serial);
        if (!isSerialAfter(newest.serial, serial)) {
          assert.equal(messages[0]?.answers.length, 1);
          continue;
        }
        assert.deepEqual(applied(records, messages), texts(newest.records));
        if (server.transfers.at(-1)?.from === serial) incremental += 1;
        else whole += 1;
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(incremental > 100 && whole > 100, `${incremental} incremental, ${whole} whole`);
});

test('RFC 1995 §4: who is behind gets the steps from there, who is further behind the whole zone', () => {
  const { server } = serving(VERSIONS);
  const counts = (serial: number): number | undefined => ask(server, serial)[0]?.answers.length;
  assert.equal(counts(3), 1);
  assert.equal(counts(2), 2 + 3);
  assert.equal(counts(1), 2 + 4 + 3);
  assert.equal(counts(0), 37);
  assert.deepEqual(
    server.transfers.map(({ from, records, serial }) => ({ from, records, serial })),
    [
      { from: 2, records: 5, serial: 3 },
      { from: 1, records: 9, serial: 3 },
      { from: undefined, records: 37, serial: 3 },
    ],
  );
});

test('RFC 1995 §2: over UDP go changes that fit, and else the SOA alone; signed ones too', () => {
  const versions = Array.from({ length: 6 }, (_, index) => hosts(index, `new-${index}`, ...MANY));
  const { server } = serving(versions);
  for (const isSigned of [false, true]) {
    const count = (serial: number, udpSize?: number): number | undefined => {
      const asking = { transport: 'udp' as const, isSigned, ...(udpSize && { udpSize }) };
      const [message, ...more] = ask(server, serial, asking);
      assert.ok(message !== undefined && more.length === 0 && !message.truncated);
      return message.answers.length;
    };
    assert.equal(count(4), 2 + 4);
    assert.equal(count(5), 1);
    assert.equal(count(77), 1);
    assert.equal(count(0), 1);
    const sizes = Array.from({ length: 720 }, (_, index) => 512 + index);
    const counts = sizes.map((size) => count(0, size));
    const first = counts.indexOf(2 + 4 * 5);
    assert.ok(first > 0, 'it fits only some time');
    assert.ok(counts.every((each, index) => each === (index < first ? 1 : 2 + 4 * 5)));
  }
  const [held, newest] = [versions[0], versions[5]];
  assert.ok(held && newest);
  const messages = ask(server, 0, { transport: 'udp', udpSize: 1232 });
  assert.deepEqual(applied(held.records, messages), texts(newest.records));
});

test('RFC 8945 §5.3.1: all messages of changes are signed as those of a whole zone are', () => {
  const long = Array.from({ length: 3000 }, (_, index) => `host-${index}`);
  const other = long.map((host, index) => (index < 1000 ? `new-${host}` : host));
  const { server } = serving([hosts(1, ...long), hosts(2, ...other)]);
  const messages = ask(server, 1, { isSigned: true });
  assert.ok(messages.length > 1, `${messages.length} messages`);
  assert.equal(server.transfers.at(-1)?.from, 1);
  assert.deepEqual(applied(hosts(1, ...long).records, messages), texts(hosts(2, ...other).records));
});
