/** Short replies of the transfer desk: a response code, an extended error, and at most the SOA of a zone. */
import { sizeLimit } from '../answer/edns.ts';
import type { Requester } from '../answer/exchange.ts';
import type { Parts } from '../answer/parts.ts';
import { Sections } from '../answer/sections.ts';
import { writeSections } from '../answer/write-sections.ts';
import type { ServedZone } from '../answer/zones/served-zone.ts';
import type { Changes } from '../journal/history.ts';
import { tsigRoom } from '../tsig/signature.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import type { ExtendedError } from '../wire/opt.ts';
import { MIN_UDP_SIZE, type Query } from '../wire/query.ts';
import { MessageWriter } from '../wire/writer.ts';
import { transferredRecords } from './outgoing.ts';
import { SignedRequester } from './signed-requester.ts';

/** How much smaller compression may make changes. */
const MOST_COMPRESSED = 8;

export interface ReplyOptions extends Pick<Parts, 'counters' | 'settings'> {
  /** Whether the rate limit lets a response to the current query go out. */
  readonly mayReply: (rcode: number) => boolean;
}

export class DeskReplies {
  readonly writer = new MessageWriter();
  readonly #sections = new Sections();
  readonly #options: ReplyOptions;

  constructor(options: ReplyOptions) {
    this.#options = options;
  }

  may(rcode: number): boolean {
    return this.#options.mayReply(rcode);
  }

  /** Replies, and counts the reply; false if the rate limit refuses it. */
  send(
    packet: Uint8Array,
    query: Query,
    requester: Requester,
    rcode: number,
    error?: ExtendedError,
    zone?: ServedZone,
    withSoa = false,
  ): boolean {
    if (!this.may(rcode)) return false;
    this.count(query, rcode, requester, zone);
    requester.reply(
      this.write(packet, query, rcode, error, withSoa ? zone : undefined, this.limitOf(query, requester)),
    );
    return true;
  }

  /**
   * Replies with changes in one message, and returns the number of records; `undefined` where they do not fit
   * or the rate limit refuses the reply, and nothing was sent.
   */
  sendChanges(
    packet: Uint8Array,
    query: Query,
    requester: Requester,
    zone: ServedZone,
    changes: Changes,
  ): number | undefined {
    const { writer } = this;
    const limit = this.limitOf(query, requester);
    // Compression makes a message some times smaller, and this is as far as it is tried for a stranger.
    if (changes.size > MOST_COMPRESSED * limit || !this.may(RCODE.NOERROR)) return undefined;
    const signed = requester instanceof SignedRequester ? tsigRoom(requester.key) : 0;
    writer.begin(packet, query, limit, signed);
    let count = 0;
    for (const { owner, type, ttl, rdata } of transferredRecords(zone, changes)) {
      if (!writer.writeRRset('answer', owner, type, ttl, [rdata])) return undefined;
      count += 1;
    }
    writer.setAuthoritative(true);
    const { udpPayloadSize: udpSize } = this.#options.settings;
    if (query.edns) writer.writeOpt({ udpSize, dnssecOk: query.dnssecOk });
    this.count(query, RCODE.NOERROR, requester, zone);
    requester.reply(writer.buffer.subarray(0, writer.finish()));
    return count;
  }

  /** Writes a reply; the message is valid until the next one is written. */
  write(
    packet: Uint8Array,
    query: Query,
    rcode: number,
    error?: ExtendedError,
    withSoaOf?: ServedZone,
    limit = MIN_UDP_SIZE,
  ): Uint8Array {
    const { writer } = this;
    writer.begin(packet, query, limit);
    this.#sections.begin(writer.room);
    if (withSoaOf !== undefined) {
      const { owner, type, ttl, rdatas } = withSoaOf.soa;
      this.#sections.answer.add(owner, type, ttl, rdatas, 'zone');
    }
    if (!writeSections(this.#sections, writer)) writer.setTruncated();
    writer.setAuthoritative(rcode === RCODE.NOERROR);
    writer.setRcode(rcode);
    if (query.edns) {
      const { udpPayloadSize: udpSize } = this.#options.settings;
      writer.writeOpt({ udpSize, dnssecOk: query.dnssecOk, extendedErrors: error && [error] });
    }
    return writer.buffer.subarray(0, writer.finish());
  }

  count(query: Query, rcode: number, requester: Requester, zone?: ServedZone): void {
    this.#options.counters.countQuery(zone?.attachment.counters, query.type, rcode, requester.transport);
  }

  limitOf(query: Query, { transport }: Requester): number {
    return sizeLimit(query, transport, this.#options.settings.udpPayloadSize);
  }
}
