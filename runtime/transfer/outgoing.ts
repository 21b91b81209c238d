/**
 * Makes the messages of a zone's transfer: SOA, everything else, SOA again (RFC 5936 §2.2), or between the two
 * SOAs only what has changed (RFC 1995 §4). The caller takes them one by one, so that a zone of any size takes
 * the memory of one message.
 *
 * The answers of a policy are in none of them: they are no records of the zone, and differ from client to
 * client.
 */
import type { Changes } from '../journal/history.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { parseQuery, Query } from '../wire/query.ts';
import type { ResourceRecord } from '../wire/record.ts';
import type { MessageWriter } from '../wire/writer.ts';
import type { Zone } from '../zone/zone.ts';

/**
 * Compression reaches this far (RFC 1035 §4.1.4: pointers have 14 bits), so messages end here, as NSD's do.
 */
const USUAL_SIZE = 0x4000;
/** The size for a larger record: the most that two octets can count, less a TSIG record. */
const LARGEST_SIZE = 0xffff - 512;

/**
 * Yields the messages that answer the query in `packet`. Others may use the writer between two messages.
 * A message is done after `mostMs`, if it is not full by then: records that are made take time. `onEnd` is called once, with the number of records, or with nothing if the caller did not take all.
 */
export function* transferMessages(
  packet: Uint8Array,
  records: Iterable<ResourceRecord>,
  writer: MessageWriter,
  udpSize: number,
  onEnd: (records: number | undefined) => void,
  mostMs: number = Number.POSITIVE_INFINITY,
): Generator<Uint8Array> {
  const query = new Query();
  parseQuery(packet, query);
  const opt = query.edns ? { udpSize, dnssecOk: query.dnssecOk } : undefined;
  const complete = (): Uint8Array => {
    writer.setAuthoritative(true);
    if (opt !== undefined) writer.writeOpt(opt);
    return writer.buffer.subarray(0, writer.finish());
  };
  let sent: number | undefined;
  try {
    writer.begin(packet, query, USUAL_SIZE);
    let written = 0;
    let until = performance.now() + mostMs;
    let count = 0;
    for (const record of records) {
      const isLate = written > 0 && performance.now() >= until;
      if (isLate || !write(writer, record)) {
        if (written > 0) yield complete();
        until = performance.now() + mostMs;
        writer.begin(packet, query, USUAL_SIZE);
        written = 0;
        if (!write(writer, record)) {
          writer.begin(packet, query, LARGEST_SIZE);
          // No message can hold this record, so this zone cannot be transferred.
          if (!write(writer, record)) {
            writer.setRcode(RCODE.SERVFAIL);
            yield complete();
            return;
          }
        }
      }
      written += 1;
      count += 1;
    }
    yield complete();
    sent = count;
  } finally {
    onEnd(sent);
  }
}

/**
 * The records of a transfer: of all of the zone, or of the changes to it. `all` stands in for the records that the zone
 * has, without the SOA.
 */
export function* transferredRecords(
  zone: Zone<unknown>,
  changes?: Changes,
  all: Iterable<ResourceRecord> = withoutSoa(zone),
): Generator<ResourceRecord> {
  const { owner, type, ttl, rdatas } = zone.soa;
  const soa = { owner, type, ttl, rdata: rdatas[0] ?? new Uint8Array() };
  yield soa;
  yield* changes ?? all;
  yield soa;
}

/** All records of the zone but the SOA, which only the apex has. */
export function* withoutSoa({ index }: Pick<Zone<unknown>, 'index'>): Generator<ResourceRecord> {
  for (const record of index.records()) if (record.type !== RRTYPE.SOA) yield record;
}

function write(writer: MessageWriter, { owner, type, ttl, rdata }: ResourceRecord): boolean {
  return writer.writeRRset('answer', owner, type, ttl, [rdata]);
}
