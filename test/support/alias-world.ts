/** Aliases with a clock that a test turns, and a resolver that says what the test has it say. */

import { AliasKeeper } from '../../runtime/health/aliases/alias-keeper.ts';
import type { AliasNews } from '../../runtime/health/aliases/alias-news.ts';
import type { TargetAnswer } from '../../runtime/health/aliases/ask-target.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { nameToText } from '../../runtime/wire/name.ts';
import { HandClock } from './hand-clock.ts';

export const SILENT: TargetAnswer = { kind: 'failed', why: 'nothing comes back' };

export function found(ttl: number, ...addresses: string[]): TargetAnswer {
  return { kind: 'found', addresses, ttl };
}

export class AliasWorld {
  readonly clock = new HandClock();
  readonly times = { leastTtl: 5, mostTtl: 3600, stale: 600 };
  most = 100;
  /** By target; what it is not told, it denies for a minute. */
  readonly answers: Record<string, Partial<Record<'A' | 'AAAA', TargetAnswer>>> = {};
  /** `shop.example A`, with the second at which it was asked. */
  readonly asked: string[] = [];
  /** Problems that were told, and `undefined` where they were over. */
  readonly problems: (string | undefined)[] = [];
  /** How often news were sent, and what is known by target. */
  sent = 0;
  readonly known = new Map<string, AliasNews>();
  /** Resolves what waits, where the resolver is to wait. */
  release: (() => void) | undefined;
  isWaiting = false;
  readonly keeper = new AliasKeeper({
    clock: this.clock,
    times: () => this.times,
    most: () => this.most,
    ask: async ({ name, type }) => {
      const target = nameToText(name).slice(0, -1);
      const family = type === RRTYPE.A ? 'A' : 'AAAA';
      this.asked.push(`${target} ${family} @${Math.round(this.clock.now() / 1000)}`);
      if (this.isWaiting)
        await new Promise<void>((resolve) => {
          const before = this.release;
          this.release = () => {
            before?.();
            resolve();
          };
        });
      return this.answers[target]?.[family] ?? { kind: 'none', ttl: 60 };
    },
    send: (news) => {
      this.sent += 1;
      for (const one of news) this.known.set(one.target, one);
    },
    onProblem: (_, __, problem) => this.problems.push(problem),
  });

  /** What answer processes know of the A records of a target: `192.0.2.1 for 20 s`, `stale`, `nothing`. */
  a(target: string): string {
    const { addresses, ttl, isStale } = this.known.get(target)?.A ?? {
      addresses: null,
      ttl: 0,
      isStale: false,
    };
    if (addresses === null) return 'nothing';
    return `${addresses.join(' ') || 'none'} for ${ttl} s${isStale ? ', stale' : ''}`;
  }

  async seconds(count: number): Promise<void> {
    await this.clock.advance(1000 * count);
  }
}
