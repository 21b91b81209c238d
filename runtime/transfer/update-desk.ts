/**
 * Takes UPDATE messages (RFC 2136) in an answer process. A message that is signed with a key that may change the zone is
 * handed to control as it is, and its client waits for what control says; all others are refused here, at no cost for
 * control. Updates that wait are bounded in number.
 */

import type { Requester } from '../answer/exchange.ts';
import type { ServedZone } from '../answer/zones/served-zone.ts';
import { foreignWork } from '../base/loop/foreign-work.ts';
import { loop } from '../base/loop/loop-watch.ts';
import { peerToText } from '../base/net/ip.ts';
import { toBase64 } from '../base/octets-text.ts';
import type { TransferSettings } from '../rpc/answer-settings.ts';
import type { UpdateAsk, UpdateVerdict } from '../rpc/update-ask.ts';
import { mayChange } from '../update/grants.ts';
import { CLASS } from '../wire/iana/class.ts';
import { EXTENDED_ERROR } from '../wire/iana/extended-error.ts';
import { RCODE } from '../wire/iana/rcode.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import type { ExtendedError } from '../wire/opt.ts';
import { parseQuery, Query } from '../wire/query.ts';
import type { DeskReplies } from './desk-replies.ts';
import { SignedRequester } from './signed-requester.ts';

export interface UpdateDeskOptions {
  readonly settings: Pick<TransferSettings, 'updates' | 'primaries'>;
  readonly replies: DeskReplies;
  /** Hands an update to control. */
  readonly onUpdate: (ask: UpdateAsk) => void;
}

/** The most updates of a process that wait for control, each of 64 KiB at most. */
const MOST_WAITING = 32;
/** Milliseconds after which an update gets SERVFAIL, whether or not it is carried out later. */
const PATIENCE_MS = 20_000;

const UPDATES = foreignWork({
  name: 'updates',
  cause: 'stranger',
  kind: 'elsewhere',
  milliseconds: 1,
  octets: 65_536,
});

const UNSIGNED: ExtendedError = {
  code: EXTENDED_ERROR.PROHIBITED,
  text: 'Updates must be signed with a key (TSIG)',
};
const NO_GRANT: ExtendedError = {
  code: EXTENDED_ERROR.PROHIBITED,
  text: 'The key may not change this zone',
};
const SECONDARY: ExtendedError = {
  code: EXTENDED_ERROR.PROHIBITED,
  text: 'This server is a secondary of the zone: send updates to the primary',
};
const NOT_HERE: ExtendedError = { code: EXTENDED_ERROR.NOT_AUTHORITATIVE };
const NOT_LOADED: ExtendedError = {
  code: EXTENDED_ERROR.NOT_READY,
  text: 'The zone has not been loaded yet',
};
const BUSY: ExtendedError = { code: EXTENDED_ERROR.NOT_READY, text: 'Too many updates wait' };
const LATE: ExtendedError = { code: EXTENDED_ERROR.NOT_READY, text: 'The update takes too long' };

interface Waiting {
  readonly message: Uint8Array;
  readonly requester: Requester;
  readonly timer: NodeJS.Timeout;
}

export class UpdateDesk {
  readonly #options: Omit<UpdateDeskOptions, 'settings'>;
  #settings: UpdateDeskOptions['settings'];
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(options: UpdateDeskOptions) {
    this.#options = options;
    this.#settings = options.settings;
  }

  /** Goes by other grants from the next message on. */
  use(settings: UpdateDeskOptions['settings']): void {
    this.#settings = settings;
  }

  /** Whether anybody may update anything. */
  get isOpen(): boolean {
    return this.#settings.updates.length > 0;
  }

  take(message: Uint8Array, query: Query, requester: Requester, zone: ServedZone | undefined): boolean {
    const isMarked = loop.begin(UPDATES);
    const isTaken = this.#take(message, query, requester, zone);
    if (isMarked) loop.end(zone?.attachment.id);
    return isTaken;
  }

  /** Tells a client what became of its update. */
  settle({ id, rcode, error }: UpdateVerdict): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    const query = new Query();
    parseQuery(waiting.message, query);
    const { replies } = this.#options;
    replies.count(query, rcode, waiting.requester);
    const limit = replies.limitOf(query, waiting.requester);
    waiting.requester.reply(replies.write(waiting.message, query, rcode, error, undefined, limit));
  }

  #take(message: Uint8Array, query: Query, requester: Requester, zone: ServedZone | undefined): boolean {
    const { replies, onUpdate } = this.#options;
    const settings = this.#settings;
    const refuse = (rcode: number, error?: ExtendedError): boolean =>
      replies.send(message, query, requester, rcode, error);
    if (!this.isOpen) return refuse(RCODE.NOTIMP);
    // RFC 2136 §3.1.1.
    if (query.type !== RRTYPE.SOA) return refuse(RCODE.FORMERR);
    // RFC 2136 §3.1.2.
    if (zone === undefined || query.class !== CLASS.IN) return refuse(RCODE.NOTAUTH, NOT_HERE);
    const { id } = zone.attachment;
    if (settings.primaries[id] !== undefined) return refuse(RCODE.REFUSED, SECONDARY);
    if (!(requester instanceof SignedRequester)) return refuse(RCODE.REFUSED, UNSIGNED);
    const key = requester.key.id;
    if (!mayChange(settings.updates, key, id)) return refuse(RCODE.REFUSED, NO_GRANT);
    if (zone.attachment.withheld === 'unloaded') return refuse(RCODE.SERVFAIL, NOT_LOADED);
    if (this.#waiting.size >= MOST_WAITING) return refuse(RCODE.SERVFAIL, BUSY);
    const number = ++this.#last;
    const timer = setTimeout(
      () => this.settle({ id: number, rcode: RCODE.SERVFAIL, error: LATE }),
      PATIENCE_MS,
    );
    this.#waiting.set(number, { message: Uint8Array.from(message), requester, timer });
    onUpdate({
      id: number,
      zone: id,
      key,
      client: peerToText(requester.address),
      mac: toBase64(requester.mac),
      message: toBase64(message),
    });
    return true;
  }
}
