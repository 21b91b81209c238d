/**
 * Networks that are over their rate: control hears when that begins and when it is over. The log looks at few of the
 * responses, and at few networks at a time: in a flood there is better to do than to report it.
 */
import { maskAddress, prefixToText } from '../../base/net/ip.ts';
import type { RateLimitSettings } from '../../rpc/answer-settings.ts';
import type { LimitEvent } from '../../rpc/events.ts';

/** The log looks at one of so many responses over the rate, beginning with the first. */
const SAMPLE = 64;
const MOST_NETWORKS = 16;
/** Milliseconds: a network that was not seen over the rate for so long, or up to twice as long, is over it no more. */
const QUIET_MS = 30_000;

interface Limited {
  samples: number;
  isQuiet: boolean;
}

export class LimitedLog {
  readonly #settings: Pick<RateLimitSettings, 'ipv4Bits' | 'ipv6Bits'>;
  readonly #tell: (event: LimitEvent) => void;
  readonly #networks = new Map<string, Limited>();
  #timer: NodeJS.Timeout | undefined;
  #turn = 0;

  constructor(settings: Pick<RateLimitSettings, 'ipv4Bits' | 'ipv6Bits'>, tell: (event: LimitEvent) => void) {
    this.#settings = settings;
    this.#tell = tell;
  }

  /** A response to an address, 4 or 16 octets, was over the rate. */
  note(address: Uint8Array): void {
    if (this.#turn === 0) this.#look(this.#networkOf(address));
    this.#turn = (this.#turn + 1) % SAMPLE;
  }

  #look(network: string): void {
    const known = this.#networks.get(network);
    if (known !== undefined) {
      known.samples += 1;
      known.isQuiet = false;
    } else if (this.#networks.size < MOST_NETWORKS) {
      this.#networks.set(network, { samples: 1, isQuiet: false });
      this.#timer ??= setInterval(() => this.#tellQuiet(), QUIET_MS).unref();
      this.#tell({ network, state: 'began' });
    }
  }

  #tellQuiet(): void {
    for (const [network, limited] of this.#networks) {
      if (limited.isQuiet) {
        this.#networks.delete(network);
        this.#tell({ network, state: 'ended', responses: SAMPLE * limited.samples });
      }
      limited.isQuiet = true;
    }
    if (this.#networks.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #networkOf(address: Uint8Array): string {
    const family = address.length === 4 ? 4 : 6;
    const length = family === 4 ? this.#settings.ipv4Bits : this.#settings.ipv6Bits;
    return prefixToText({ address: maskAddress({ family, bytes: address }, length), length });
  }
}
