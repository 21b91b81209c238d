/** Asks a recursive resolver which zone a name is in, which servers have that zone, and their addresses. */

import { type SocketAddress, socketAddressToText } from '../base/net/socket-address.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { askUdpThenTcp } from '../client/udp-then-tcp.ts';
import { RCODE, rcodeToText } from '../wire/iana/rcode.ts';
import { RRTYPE, typeToText } from '../wire/iana/rrtype.ts';
import type { Message } from '../wire/message.ts';
import { isAtOrBelow, type WireName } from '../wire/name.ts';
import type { ResourceRecord } from '../wire/record.ts';
import { shown } from './name-server-texts.ts';
import { addressesOf, keyOf } from './records.ts';

/** A client of recursive resolvers. Its problems are texts without a final stop. */
export class Resolver {
  readonly #servers: readonly SocketAddress[];
  readonly #timeoutMs: number;

  /** `servers` are tried in order, until one answers. */
  constructor(servers: readonly SocketAddress[], timeoutMs: number) {
    this.#servers = servers;
    this.#timeoutMs = timeoutMs;
  }

  /** The apex of the zone that a name is in (RFC 2308 §2: a denial comes with the SOA of its zone). */
  async zoneOf(name: WireName): Promise<Result<WireName>> {
    const reply = await this.#ask(name, RRTYPE.SOA);
    if (!reply.ok) return reply;
    const { answers, authorities } = reply.value;
    const soa = [...answers, ...authorities].find(
      ({ type, owner }) => type === RRTYPE.SOA && isAtOrBelow(name, owner),
    );
    return soa === undefined
      ? fail(`The resolver does not find the zone of ${shown(keyOf(name))}`)
      : ok(soa.owner);
  }

  /** The name servers of a zone. */
  async nameServersOf(zone: WireName): Promise<Result<readonly WireName[]>> {
    const reply = await this.#ask(zone, RRTYPE.NS);
    if (!reply.ok) return reply;
    return ok(reply.value.answers.filter(({ type }) => type === RRTYPE.NS).map(({ rdata }) => rdata));
  }

  /** RDATA of all records of a type at a name, aliases followed. */
  async rdatasOf(name: WireName, type: number): Promise<Result<readonly Uint8Array[]>> {
    const reply = await this.#ask(name, type);
    if (!reply.ok) return reply;
    return ok(reply.value.answers.filter((record) => record.type === type).map(({ rdata }) => rdata));
  }

  /** All addresses of a name, which may be none. */
  async addressesOf(name: WireName): Promise<Result<readonly string[]>> {
    const replies = await Promise.all([this.#ask(name, RRTYPE.A), this.#ask(name, RRTYPE.AAAA)]);
    const records: ResourceRecord[] = [];
    for (const reply of replies) {
      if (!reply.ok) return reply;
      records.push(...reply.value.answers);
    }
    return ok(addressesOf(records, name));
  }

  async #ask(name: WireName, type: number): Promise<Result<Message>> {
    const tried: string[] = [];
    for (const server of this.#servers) {
      // What does not validate is to be seen as well: it may be what is asked about.
      const inquiry = { name, type, recursionDesired: true, checkingDisabled: true };
      const reply = await askUdpThenTcp(server, inquiry, { timeoutMs: this.#timeoutMs });
      const isAnswer =
        reply.kind === 'reply' &&
        [RCODE.NOERROR, RCODE.NXDOMAIN].some((rcode) => rcode === reply.message.rcode);
      if (isAnswer) return ok(reply.message);
      const how = reply.kind === 'reply' ? rcodeToText(reply.message.rcode) : reply.kind;
      tried.push(`${socketAddressToText(server)}: ${how}`);
    }
    const why = tried.length === 0 ? 'none is known' : tried.join(', ');
    return fail(`No resolver finds ${shown(keyOf(name))} ${typeToText(type)} (${why})`);
  }
}
