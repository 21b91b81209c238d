/**
 * Handles the queries that leave the pipeline: signed ones (RFC 8945), transfers (RFC 5936, RFC 1995) and
 * NOTIFY (RFC 1996). The pipeline answers a signed query as any other, once the desk has verified its
 * signature.
 *
 *     TSIG ──▶ good? ──▶ the pipeline, which may hand it back here as one of these:
 *     AXFR, IXFR ──▶ allowed? ──▶ messages, as fast as the client reads
 *     NOTIFY ──▶ from a primary? ──▶ control, which asks the primary
 *     UPDATE ──▶ may the key? ──▶ control (update-desk.ts)
 *
 * This file is long because every refusal is signed, counted and logged as the answers are.
 */
import type { Requester } from '../answer/exchange.ts';
import type { Aside, Parts } from '../answer/parts.ts';
import type { ServedZone } from '../answer/zones/served-zone.ts';
import { peerToText } from '../base/net/ip.ts';
import type { Changes } from '../journal/history.ts';
import type { TransferSettings } from '../rpc/answer-settings.ts';
import type { NotifyEvent, TransferEvent } from '../rpc/events.ts';
import { checkRequest, Signer, timeOctets, withUnsignedError } from '../tsig/signature.ts';
import { type Keyring, keyringOf } from '../tsig/tsig-key.ts';
import { EXTENDED_ERROR } from '../wire/iana/extended-error.ts';
import { OPCODE } from '../wire/iana/opcode.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { TSIG_ERROR } from '../wire/iana/tsig.ts';
import { nameToText } from '../wire/name.ts';
import type { ExtendedError } from '../wire/opt.ts';
import type { Query } from '../wire/query.ts';
import { soaFromRdata } from '../wire/rdata/soa.ts';
import { isSerialAfter } from '../wire/serial-number.ts';
import { Access } from './access.ts';
import { DeskReplies, type ReplyOptions } from './desk-replies.ts';
import { transferMessages, transferredRecords, withoutSoa } from './outgoing.ts';
import { serialInRequest } from './request-serial.ts';
import { problemOfSignatures, signedRecords, signingOfAll } from './signed-records.ts';
import { SignedRequester } from './signed-requester.ts';
import { UpdateDesk, type UpdateDeskOptions } from './update-desk.ts';

export interface DeskOptions extends ReplyOptions, Pick<Parts, 'zones'> {
  readonly transfers: TransferSettings;
  /** Gives a query to the pipeline. */
  readonly respond: (packet: Uint8Array, requester: Requester) => boolean;
  readonly onTransfer: (event: TransferEvent) => void;
  readonly onNotify: (event: NotifyEvent) => void;
  readonly onUpdate: UpdateDeskOptions['onUpdate'];
  /** Returns milliseconds since 1970. The default is Date.now. */
  readonly clock?: () => number;
}

/** Milliseconds in which control hears of a NOTIFY for one zone once. */
const NEWS_MS = 50;
/** The most transfers at a time in a process: each takes time from queries whenever its client has read. */
const MAX_TRANSFERS = 20;

const NOT_FOR_YOU: ExtendedError = { code: EXTENDED_ERROR.PROHIBITED, text: 'Zone transfer is not allowed' };
const NOT_HERE: ExtendedError = { code: EXTENDED_ERROR.NOT_AUTHORITATIVE };
const BUSY: ExtendedError = { code: EXTENDED_ERROR.NOT_READY, text: 'Too many zone transfers at one time' };
const NO_COPY: ExtendedError = { code: EXTENDED_ERROR.NOT_READY };
const NO_KEYS: ExtendedError = { code: EXTENDED_ERROR.DNSKEY_MISSING };
/** Milliseconds of a message in which signatures are made. */
const MESSAGE_MS = 0.5;

export class TransferDesk implements Aside {
  readonly #options: DeskOptions;
  #transfers: TransferSettings;
  #keys: Keyring;
  #access: Access;
  readonly #replies: DeskReplies;
  /** Takes updates, and tells their clients what became of them. */
  readonly updates: UpdateDesk;
  readonly #clock: () => number;
  #running = 0;
  /** NOTIFY events that control has not yet received, by zone. */
  readonly #news = new Map<string, NotifyEvent>();

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#replies = new DeskReplies(options);
    const { transfers: settings, onUpdate } = options;
    this.#transfers = settings;
    this.#keys = keyringOf(settings.keys);
    this.updates = new UpdateDesk({ settings, replies: this.#replies, onUpdate });
    this.#access = new Access(settings);
    this.#clock = options.clock ?? Date.now;
  }

  /** Goes by other rules and keys from the next message on; transfers under way end as they began. */
  use(settings: TransferSettings): void {
    this.#transfers = settings;
    this.#keys = keyringOf(settings.keys);
    this.#access = new Access(settings);
    this.updates.use(settings);
  }

  take(packet: Uint8Array, query: Query, requester: Requester): boolean {
    if (query.tsigAt !== 0) return this.#takeSigned(packet, query, requester);
    if (query.opcode === OPCODE.NOTIFY) return this.#takeNotify(packet, query, requester);
    if (query.opcode === OPCODE.UPDATE)
      return this.updates.take(packet, query, requester, this.#zoneOf(query));
    return this.#takeTransfer(packet, query, requester);
  }

  get takesUpdates(): boolean {
    return this.updates.isOpen;
  }

  #takeSigned(packet: Uint8Array, query: Query, requester: Requester): boolean {
    const checked = checkRequest(packet, query.tsigAt, this.#keys, this.#clock() / 1000);
    switch (checked.kind) {
      case 'good': {
        const { key, tsig, bare } = checked;
        const limit = this.#replies.limitOf(query, requester);
        // The reply has the id that the query came with, which a forwarder may have changed (RFC 8945 §5.1).
        bare[0] = query.id >> 8;
        bare[1] = query.id & 0xff;
        return this.#options.respond(bare, new SignedRequester(requester, key, tsig.mac, limit, this.#clock));
      }
      case 'malformed':
        return this.#replies.send(packet, query, requester, RCODE.FORMERR);
      case 'bad': {
        if (!this.#replies.may(RCODE.NOTAUTH)) return false;
        const { key, error, tsig } = checked;
        const response = this.#replies.write(packet, query, RCODE.NOTAUTH);
        const isTime = error === TSIG_ERROR.BADTIME;
        const saying = isTime
          ? { error, timeSigned: tsig.timeSigned, otherData: timeOctets(this.#clock()) }
          : { error };
        const signed =
          key === undefined
            ? withUnsignedError(response, tsig, error)
            : new Signer(key, tsig.mac, this.#clock).sign(response, saying).signed;
        this.#replies.count(query, RCODE.NOTAUTH, requester);
        // With key names of the greatest length a signed reply would not fit; real keys have shorter names.
        requester.reply(signed.length <= this.#replies.limitOf(query, requester) ? signed : response);
        return true;
      }
      default:
        return checked satisfies never;
    }
  }

  #takeTransfer(packet: Uint8Array, query: Query, requester: Requester): boolean {
    const key = keyOf(requester);
    const zone = this.#zoneOf(query);
    if (!this.#access.allows(zone?.attachment.id, requester.address, key)) {
      return this.#replies.send(packet, query, requester, RCODE.REFUSED, NOT_FOR_YOU);
    }
    // RFC 5936 §2.2.1: NOTAUTH for a zone that is not served here.
    if (zone === undefined) return this.#replies.send(packet, query, requester, RCODE.NOTAUTH, NOT_HERE);
    if (zone.attachment.broken !== undefined || zone.attachment.withheld !== undefined) {
      return this.#replies.send(packet, query, requester, RCODE.SERVFAIL, NO_COPY, zone);
    }
    // A secondary is not to serve without signatures what has a DS (RFC 4035 §2.1).
    if (zone.attachment.signing === 'failed') {
      return this.#replies.send(packet, query, requester, RCODE.SERVFAIL, NO_KEYS, zone);
    }
    const problem = problemOfSignatures(zone, this.#clock() / 1000);
    if (problem !== undefined) {
      return this.#replies.send(packet, query, requester, RCODE.SERVFAIL, problem, zone);
    }
    if (query.type === RRTYPE.IXFR) return this.#takeIxfr(packet, query, requester, zone);
    // RFC 5936 §4.2: AXFR does not exist over UDP; nor over HTTPS, where a query has one answer.
    if (requester.replyAll === undefined) {
      return this.#replies.send(packet, query, requester, RCODE.FORMERR, undefined, zone);
    }
    return this.#send(packet, query, requester, zone);
  }

  /** A secondary that is behind gets what changed, if that is known, and else the whole zone (RFC 1995 §4). */
  #takeIxfr(packet: Uint8Array, query: Query, requester: Requester, zone: ServedZone): boolean {
    const theirs = serialInRequest(packet, 'authorities');
    if (theirs === undefined) {
      return this.#replies.send(packet, query, requester, RCODE.FORMERR, undefined, zone);
    }
    const isBehind = isSerialAfter(serialOf(zone), theirs);
    // Signatures that a process makes are not those of another, as those of ECDSA are random: no list of changes fits what
    // a secondary has.
    const isListed = isBehind && signingOfAll(zone) === undefined;
    const changes = isListed ? zone.attachment.history?.since(theirs) : undefined;
    if (requester.replyAll !== undefined && isBehind) {
      return this.#send(packet, query, requester, zone, changes && { since: theirs, changes });
    }
    // RFC 1995 §2: over UDP go changes that fit into one message.
    const sent = changes && this.#replies.sendChanges(packet, query, requester, zone, changes);
    if (sent !== undefined) {
      this.#options.onTransfer({ ...eventOf(query, requester, zone), from: theirs, records: sent });
      return true;
    }
    // RFC 1995 §2: the SOA alone says that the secondary is up to date, or must query again over TCP.
    return this.#replies.send(packet, query, requester, RCODE.NOERROR, undefined, zone, true);
  }

  #send(
    packet: Uint8Array,
    query: Query,
    requester: Requester,
    zone: ServedZone,
    only?: { readonly since: number; readonly changes: Changes },
  ): boolean {
    // SERVFAIL makes secondaries try again (RFC 1034 §4.3.5), which REFUSED might not.
    if (this.#running >= MAX_TRANSFERS) {
      return this.#replies.send(packet, query, requester, RCODE.SERVFAIL, BUSY, zone);
    }
    const { settings, onTransfer } = this.#options;
    const { signed } = zone.attachment;
    const event = { ...eventOf(query, requester, zone), ...(only && { from: only.since }) };
    const onEnd = (records: number | undefined): void =>
      onTransfer({ ...event, ...(records !== undefined && { records }) });
    this.#replies.count(query, RCODE.NOERROR, requester, zone);
    const made = only === undefined ? signingOfAll(zone) : undefined;
    const messages = transferMessages(
      Uint8Array.from(packet),
      transferredRecords(zone, only?.changes, made ? signedRecords(zone, made) : withoutSoa(signed ?? zone)),
      this.#replies.writer,
      settings.udpPayloadSize,
      onEnd,
      made && MESSAGE_MS,
    );
    requester.replyAll?.(this.#counted(messages));
    return true;
  }

  *#counted(messages: Iterable<Uint8Array>): Generator<Uint8Array> {
    this.#running += 1;
    try {
      yield* messages;
    } finally {
      this.#running -= 1;
    }
  }

  /** RFC 1996 §3.10: the server accepts NOTIFY from primaries, and refuses others. */
  #takeNotify(packet: Uint8Array, query: Query, requester: Requester): boolean {
    const id = nameToText(query.name.subarray(0, query.nameLength)).slice(0, -1);
    const primaries = this.#transfers.primaries[id];
    if (primaries === undefined) {
      return this.#replies.send(packet, query, requester, RCODE.NOTAUTH, NOT_HERE);
    }
    const key = keyOf(requester);
    const client = peerToText(requester.address);
    const isPrimary = primaries.some(
      (primary) => primary.address === client || (key !== undefined && primary.key === key),
    );
    if (!isPrimary) {
      return this.#replies.send(packet, query, requester, RCODE.REFUSED, NOT_FOR_YOU);
    }
    const serial = serialInRequest(packet, 'answers');
    this.#tell({ zone: id, client, ...(serial !== undefined && { serial }) });
    return this.#replies.send(packet, query, requester, RCODE.NOERROR, undefined, this.#zoneOf(query));
  }

  /** Tells control of a NOTIFY; a flood for one zone becomes one event. */
  #tell(event: NotifyEvent): void {
    if (!this.#news.has(event.zone)) {
      setTimeout(() => {
        const latest = this.#news.get(event.zone) ?? event;
        this.#news.delete(event.zone);
        this.#options.onNotify(latest);
      }, NEWS_MS);
    }
    this.#news.set(event.zone, event);
  }

  #zoneOf({ name, nameLength }: Query): ServedZone | undefined {
    const zone = this.#options.zones.find(name, nameLength);
    return zone?.origin.length === nameLength ? zone : undefined;
  }
}

/** A transfer that begins. */
function eventOf(query: Query, requester: Requester, zone: ServedZone): TransferEvent {
  const { id, policy, signing } = zone.attachment;
  const key = keyOf(requester);
  return {
    zone: id,
    client: peerToText(requester.address),
    ...(key !== undefined && { key }),
    type: query.type === RRTYPE.AXFR ? 'AXFR' : 'IXFR',
    serial: serialOf(zone),
    hosts: policy?.hosts.length ?? 0,
    ...(signing !== undefined && signing !== 'failed' && { isSigned: true }),
  };
}

function keyOf(requester: Requester): string | undefined {
  return requester instanceof SignedRequester ? requester.key.id : undefined;
}

function serialOf(zone: ServedZone): number {
  return soaFromRdata(zone.soa.rdatas[0] ?? new Uint8Array())?.serial ?? 0;
}
