/**
 * Has isolates give back memory once a sandbox has nothing to do. V8 keeps what many runs have filled, and would for
 * ever: an isolate that has run a thousand times holds twice the memory of a new one. Collecting takes V8 a few
 * milliseconds for each isolate, too long while queries wait.
 */
import type { SandboxChannel } from './channel.ts';
import type { HeldPolicy } from './held-policy.ts';

/** Runs after which an isolate is worth it. */
const MANY_RUNS = 100;
/** Isolates at one look; a query that comes meanwhile waits for them. */
const MOST_AT_ONCE = 2;

export class Tidying {
  #channel: Pick<SandboxChannel, 'sent' | 'pending' | 'tidy'> | undefined;
  #sent = 0;

  /** Called a few times a second. */
  look(channel: Pick<SandboxChannel, 'sent' | 'pending' | 'tidy'>, policies: Iterable<HeldPolicy>): void {
    const isQuiet = channel === this.#channel && channel.sent === this.#sent && channel.pending === 0;
    this.#channel = channel;
    this.#sent = channel.sent;
    if (!isQuiet) return;
    let left = MOST_AT_ONCE;
    for (const policy of policies) {
      if (policy.state !== 'loaded' || policy.untidyRuns < MANY_RUNS) continue;
      policy.untidyRuns = 0;
      channel.tidy(policy.key);
      left -= 1;
      if (left === 0) return;
    }
  }
}
