/** One question to the resolvers that /etc/resolv.conf names, in turn, until one of them knows. */
import { addressToText } from '../../base/net/ip.ts';
import { type SocketAddress, socketAddressToText } from '../../base/net/socket-address.ts';
import { askUdpThenTcp } from '../../client/udp-then-tcp.ts';
import { RCODE } from '../../wire/iana/rcode.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import type { Message } from '../../wire/message.ts';
import { nameFromText } from '../../wire/name.ts';
import { soaFromRdata } from '../../wire/rdata/soa.ts';
import type { ResourceRecord } from '../../wire/record.ts';

/**
 * `none`: there is no such name, or it has no such record; with seconds for which that holds, if the resolver says so.
 * `failed`: no resolver says so, or otherwise.
 */
export type FoundAddresses =
  | { readonly kind: 'found'; readonly addresses: readonly string[]; readonly ttl: number }
  | { readonly kind: 'none'; readonly ttl?: number }
  | { readonly kind: 'failed' };

export interface AskLimits {
  /** When the answer has to be there, in milliseconds of `performance.now()`. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

export class Resolvers {
  /** The last one that knew: one that is away costs each look-up its share of the time. */
  #last = '';

  /** The addresses of a name with a final dot, of one type: A or AAAA. */
  async ask(
    servers: readonly SocketAddress[],
    text: string,
    type: number,
    { deadline, signal }: AskLimits,
  ): Promise<FoundAddresses> {
    const name = nameFromText(text);
    if (!name.ok) return { kind: 'none' };
    const inTurn = servers.toSorted((a, b) => Number(this.#isLast(b)) - Number(this.#isLast(a)));
    for (const [index, server] of inTurn.entries()) {
      const timeoutMs = (deadline - performance.now()) / (servers.length - index);
      if (timeoutMs <= 0 || signal.aborted) break;
      // A resolver in a router may know nothing of EDNS, and the answer is short.
      const inquiry = { name: name.value, type, recursionDesired: true, edns: false };
      const reply = await askUdpThenTcp(server, inquiry, { timeoutMs, signal });
      const said = reply.kind === 'reply' ? saidIn(reply.message, type) : undefined;
      if (said === undefined) continue;
      this.#last = socketAddressToText(server);
      return said;
    }
    return { kind: 'failed' };
  }

  #isLast(server: SocketAddress): boolean {
    return socketAddressToText(server) === this.#last;
  }
}

/** What a resolver says of the name, aliases followed; `undefined` if another may know more. */
function saidIn({ rcode, answers, authorities }: Message, type: number): FoundAddresses | undefined {
  if (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN) return undefined;
  const length = type === RRTYPE.A ? 4 : 16;
  const addresses = answers
    .filter((record) => record.type === type && record.rdata.length === length)
    .map(({ rdata: bytes }) => addressToText({ family: length === 4 ? 4 : 6, bytes }));
  if (addresses.length === 0) return { kind: 'none', ...denialTtl(answers, authorities) };
  return { kind: 'found', addresses, ttl: Math.min(...answers.map(({ ttl }) => ttl)) };
}

/** RFC 2308 §5: a denial without an SOA is not kept; with one, for its TTL or its last field, whichever is less. */
function denialTtl(
  aliases: readonly ResourceRecord[],
  authorities: readonly ResourceRecord[],
): { readonly ttl?: number } {
  const record = authorities.find(({ type }) => type === RRTYPE.SOA);
  const soa = record && soaFromRdata(record.rdata);
  return record === undefined || soa === undefined
    ? {}
    : { ttl: Math.min(record.ttl, soa.minimum, ...aliases.map(({ ttl }) => ttl)) };
}
