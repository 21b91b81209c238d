/** Notifies secondaries that a zone has changed, until they confirm it (RFC 1996 §3.6). */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../base/log.ts';
import { socketAddressToText } from '../base/net/socket-address.ts';
import { fromBase64 } from '../base/octets-text.ts';
import type { PeerServer } from '../client/peer-server.ts';
import type { Keyring } from '../tsig/tsig-key.ts';
import { OPCODE } from '../wire/iana/opcode.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { originOf } from '../zone/origin.ts';
import { askPeer } from './ask-peer.ts';

export interface NotifierOptions {
  readonly keys: Keyring;
  /** The secondaries of a zone. */
  readonly peersOf: (zone: string) => readonly PeerServer[];
  readonly log: Logger;
  /** Milliseconds of the pause before each attempt after the first. */
  readonly pausesMs?: readonly number[];
}

/**
 * RFC 1996 §3.6: five attempts at most, a minute apart; a secondary that misses all refreshes by its own
 * timers.
 */
const PAUSES_MS = [2000, 5000, 15_000, 60_000];
/** Milliseconds to wait for the answer to one attempt. */
const PATIENCE_MS = 3000;

export class Notifier {
  readonly #options: NotifierOptions;
  /** Zone → the SOA that its secondaries were last notified of. */
  readonly #notified = new Map<string, string>();
  /** Zone → the controller that ends the attempts for its last version. */
  readonly #attempts = new Map<string, AbortController>();
  #isOpen = false;
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** Notifies of a zone whose SOA has changed; `soa` is in base64, as control sends zones. */
  served(zone: string, soa: string): void {
    if (this.#notified.get(zone) === soa) return;
    this.#notified.set(zone, soa);
    if (this.#isOpen) this.#begin(zone, soa);
  }

  /** Whether the zone has secondaries to notify. */
  hasPeers(zone: string): boolean {
    return this.#options.peersOf(zone).length > 0;
  }

  /** Starts to notify. A notified secondary queries at once, so this waits until the server answers. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    for (const [zone, soa] of this.#notified) this.#begin(zone, soa);
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
      soa: fromBase64(soa),
    };
    let problem = '';
    for (const pause of [0, ...pausesMs]) {
      await sleep(pause, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      const answer = await askPeer(peer, inquiry, { keys, patienceMs: PATIENCE_MS, signal });
      if (answer.ok) {
        log.debug({ zone, secondary: socketAddressToText(peer) }, 'Secondary was notified of the change');
        return;
      }
      problem = answer.problem;
    }
    log.warn(
      { zone, secondary: socketAddressToText(peer), problem },
      'Secondary could not be notified of the change',
    );
  }
}
