/**
 * Records that save the client another question: those of the names an answer points to, and the
 * glue without which a referral leads nowhere. Static records of the zone only: what a policy would
 * say, and what another zone has, is for the client to ask.
 *
 * RFC 1034 §4.3.2 step 6, RFC 1183 §1, RFC 2782, RFC 3403 §4.1, RFC 9460 §4.1, RFC 9471 (glue).
 */
import type { Target } from '../wire/iana/record-type.ts';
import { RRTYPE, targetOfType } from '../wire/iana/rrtype.ts';
import { isAtOrBelow, nameLengthAt, namesEqual, type WireName } from '../wire/name.ts';
import type { RRset } from '../wire/record.ts';
import { glueAt, recordsAt } from '../zone/lookup.ts';
import type { Exchange } from './exchange.ts';
import type { ServedZone } from './zones/served-zone.ts';

/** Targets looked at for one answer; beyond that a reply would mostly be additional data. */
const MAX_TARGETS = 16;
/** Name servers of a delegation whose glue is looked for: no delegation needs more, and a message has room for thousands. */
const MAX_SERVERS = 64;

/** Adds what the client will ask of the names that the answer points to, as long as it fits. */
export function writeAdditional(exchange: Exchange, zone: ServedZone): void {
  const { answerType, answerRdatas } = exchange;
  const kind = targetOfType(answerType);
  if (kind === undefined) return;
  // Glue helps to find name servers, and is no answer for anybody else (RFC 2181 §5.4.1).
  const source = kind.isServer ? glueAt : recordsAt;
  const count = Math.min(answerRdatas.length, MAX_TARGETS);
  for (let index = 0; index < count; index += 1) {
    const rdata = answerRdatas[index];
    const target = rdata && targetOf(exchange, kind, rdata);
    if (rdata === undefined || target === undefined) continue;
    if (isTargetBefore(index, target, exchange, kind)) continue;
    const next = typeAskedNext(answerType, kind, rdata);
    if (!writeAddresses(exchange, zone, target, source)) return;
    if (next !== undefined && !writeSet(exchange, target, source(zone, target, next))) return;
  }
}

/**
 * Adds the addresses of a delegation's name servers; false if some do not fit without which these cannot be
 * found: those below the cut, which come first (RFC 9471 §3.1). Others the client can ask for (§3.2).
 */
export function writeGlue(exchange: Exchange, zone: ServedZone, { owner, rdatas }: RRset): boolean {
  const servers = rdatas.slice(0, MAX_SERVERS);
  for (const server of servers) {
    if (isAtOrBelow(server, owner) && !writeAddresses(exchange, zone, server, glueAt)) return false;
  }
  for (const server of servers) {
    if (!isAtOrBelow(server, owner) && !writeAddresses(exchange, zone, server, glueAt)) break;
  }
  return rdatas.length === servers.length;
}

/** False if they do not fit. */
function writeAddresses(
  exchange: Exchange,
  zone: ServedZone,
  name: WireName,
  source: typeof glueAt,
): boolean {
  return (
    writeSet(exchange, name, source(zone, name, RRTYPE.A)) &&
    writeSet(exchange, name, source(zone, name, RRTYPE.AAAA))
  );
}

function writeSet({ writer }: Exchange, owner: WireName, set: RRset | undefined): boolean {
  return set === undefined || writer.writeRRset('additional', owner, set.type, set.ttl, set.rdatas);
}

/** The name in RDATA that the client will ask for. */
function targetOf({ name, nameLength }: Exchange, kind: Target, rdata: Uint8Array): WireName | undefined {
  const { before, strings = 0 } = kind;
  let at = before;
  for (let text = 0; text < strings; text += 1) at += 1 + (rdata[at] ?? 0);
  const length = nameLengthAt(rdata, at);
  // RFC 9460 §2.5.2: the root stands for the owner.
  if (length === 1 && isServiceMode(kind, rdata)) return name.subarray(0, nameLength);
  return length === undefined ? undefined : rdata.subarray(at, at + length);
}

/** Several records may point to one name, as to ports of one host. */
function isTargetBefore(index: number, target: WireName, exchange: Exchange, kind: Target): boolean {
  for (let earlier = 0; earlier < index; earlier += 1) {
    const rdata = exchange.answerRdatas[earlier];
    const other = rdata && targetOf(exchange, kind, rdata);
    if (other !== undefined && namesEqual(other, target)) return true;
  }
  return false;
}

/** What a client wants of the target beside addresses. */
function typeAskedNext(type: number, kind: Target, rdata: Uint8Array): number | undefined {
  // RFC 9460 §2.4.2: an alias leads to the records of its own type.
  return kind.isService && !isServiceMode(kind, rdata) ? type : kind.next;
}

/** RFC 9460 §2.4: the priority is not 0. */
function isServiceMode({ isService }: Target, rdata: Uint8Array): boolean {
  return isService === true && (rdata[0] !== 0 || rdata[1] !== 0);
}
