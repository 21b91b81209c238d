/**
 * Announces by ExaBGP, which has started this process: commands are lines on the standard output, and each has its reply on
 * the standard input. One command is on its way at a time, as replies come out of order otherwise and do not say whose they
 * are.
 */
import { fail, ok, type Result } from '../../../base/result.ts';
import { within } from '../../../base/within.ts';
import type { AnnounceOrder } from '../bridge-talk.ts';
import type { AnnouncingHand } from './announcing-hand.ts';

/** Milliseconds for a reply: none comes for an address that ExaBGP cannot read. */
const PATIENCE_MS = 2000;

export class ExabgpHand implements AnnouncingHand {
  readonly name = 'exabgp';
  readonly #write: (line: string) => void;
  /** Prefixes of which a peer may have a route: those of the settings too, which a process before this one has announced. */
  readonly #known: Set<string>;
  #onReply: (line: string) => void = () => {};

  constructor(prefixes: readonly string[], write: (line: string) => void) {
    this.#known = new Set(prefixes);
    this.#write = write;
  }

  /** Takes a line of the standard input. */
  take(line: string): void {
    this.#onReply(line.trim());
  }

  async carryOut({ way, prefixes, prependAs, prependTimes }: AnnounceOrder): Promise<Result<void>> {
    const stays = new Set(way === 'withdrawn' ? [] : prefixes);
    const gone = [...this.#known].filter((prefix) => !stays.has(prefix));
    for (const prefix of gone) {
      const told = await this.#tell(`withdraw route ${prefix} next-hop self`);
      if (!told.ok) return told;
    }
    const path = way === 'prepended' ? ` as-path [ ${`${prependAs} `.repeat(prependTimes)}]` : '';
    for (const prefix of stays) {
      this.#known.add(prefix);
      const told = await this.#tell(`announce route ${prefix} next-hop self${path}`);
      if (!told.ok) return told;
    }
    for (const prefix of prefixes) this.#known.add(prefix);
    return ok(undefined);
  }

  async #tell(command: string): Promise<Result<void>> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#onReply = resolve;
    this.#write(`${command}\n`);
    const reply = await within(PATIENCE_MS, promise);
    this.#onReply = () => {};
    if (reply === 'done') return ok(undefined);
    return fail(
      reply === undefined
        ? `ExaBGP does not reply to "${command}" (exabgp.api.ack has to be on)`
        : `ExaBGP replies "${reply.slice(0, 100)}" to "${command}"`,
    );
  }
}
