/** Tells secondaries that a zone has changed, until they say that they have heard it (RFC 1996 §3.6). */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../base/log.ts';
import { socketAddressToText } from '../base/net/socket-address.ts';
import type { PeerServer } from '../client/peer-server.ts';
import type { Keyring } from '../tsig/tsig-key.ts';
import { OPCODE } from '../wire/iana/opcode.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { originOf } from '../zone/origin.ts';
import { askPeer } from './ask-peer.ts';

export interface NotifierOptions {
  readonly keys: Keyring;
  /** Whom to tell of a zone. */
  readonly peersOf: (zone: string) => readonly PeerServer[];
  readonly log: Logger;
  /** Milliseconds before each attempt but the first. */
  readonly pausesMs?: readonly number[];
}

/** RFC 1996 §3.6 has five at most, a minute apart; who misses all of them has its own timers. */
const PAUSES_MS = [2000, 5000, 15_000, 60_000];
/** Milliseconds for the answer to one. */
const PATIENCE_MS = 3000;

export class Notifier {
  readonly #options: NotifierOptions;
  /** Zone → what was last told of it. */
  readonly #told = new Map<string, string>();
  /** Zone → ends the attempts for the version before. */
  readonly #attempts = new Map<string, AbortController>();
  #isOpen = false;
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** A zone is served with this SOA; `soa` is in base64, as zones travel. */
  served(zone: string, soa: string): void {
    if (this.#told.get(zone) === soa) return;
    this.#told.set(zone, soa);
    if (this.#isOpen) this.#begin(zone, soa);
  }

  /** Who hears of a zone comes for it: nobody is told before there is somebody to come to. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    for (const [zone, soa] of this.#told) this.#begin(zone, soa);
  }

  async stop(): Promise<void> {
    for (const attempt of this.#attempts.values()) attempt.abort();
    await this.#work;
  }

  #begin(zone: string, soa: string): void {
    this.#attempts.get(zone)?.abort();
    const peers = this.#options.peersOf(zone);
    if (peers.length === 0) return;
    const attempt = new AbortController();
    this.#attempts.set(zone, attempt);
    const all = peers.map((peer) => this.#tell(peer, zone, soa, attempt.signal));
    this.#work = Promise.all([this.#work, ...all]);
  }

  async #tell(peer: PeerServer, zone: string, soa: string, signal: AbortSignal): Promise<void> {
    const { keys, log, pausesMs = PAUSES_MS } = this.#options;
    const inquiry = {
      opcode: OPCODE.NOTIFY,
      name: originOf(zone),
      type: RRTYPE.SOA,
      soa: Uint8Array.from(Buffer.from(soa, 'base64')),
    };
    let problem = '';
    for (const pause of [0, ...pausesMs]) {
      await sleep(pause, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      const answer = await askPeer(peer, inquiry, { keys, patienceMs: PATIENCE_MS, signal });
      if (answer.ok) {
        log.debug({ zone, secondary: socketAddressToText(peer) }, 'Secondary was told of the change');
        return;
      }
      problem = answer.problem;
    }
    log.warn(
      { zone, secondary: socketAddressToText(peer), problem },
      'Secondary could not be told of the change',
    );
  }
}
