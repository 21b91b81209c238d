/**
 * The spare sandbox learns the policies in use, so that all of them go on at once when the spare has
 * to take over: loading them only then would take longer than queries can wait. The spare leaves out
 * policies that no query asks: they would only take memory twice.
 */

import type { SandboxChannel } from './channel.ts';
import type { HeldPolicies } from './held-policies.ts';
import type { HeldPolicy } from './held-policy.ts';
import type { SandboxReply } from './process/sandbox-process.ts';
import { loadOutcome } from './request-end.ts';

/** Policies that a spare learns; each takes one to three megabytes. */
const MOST_POLICIES = 128;
const LOOK_MS = 250;

export class Understudy {
  readonly channel: SandboxChannel;
  /** Policies that the spare could run now. */
  readonly loaded = new Set<HeldPolicy>();
  readonly #policies: HeldPolicies;
  /** Policies that the spare has tried to load; it does not try again those that failed. */
  readonly #tried = new WeakSet<HeldPolicy>();
  /** Policies that the spare learns before it looks again which are asked, the next one last. */
  #lessons: HeldPolicy[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(channel: SandboxChannel, policies: HeldPolicies) {
    this.channel = channel;
    this.#policies = policies;
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
    this.#look();
  }

  /** The policy that the spare is loading. */
  get loading(): HeldPolicy | undefined {
    return this.channel.oldest?.policy;
  }

  /** Takes a reply of the spare. Returns what is wrong with the reply, if anything. */
  receive(reply: SandboxReply): string | undefined {
    const policy = this.loading;
    if (policy === undefined || this.channel.oldest?.id !== reply.id) return 'it replied out of order';
    if (reply.t === 'ran' || reply.t === 'told') return 'it ran what it was to load';
    this.channel.advance(performance.now());
    if (this.#policies.get(policy.key) !== policy) this.channel.drop(policy.key);
    else if (loadOutcome(reply).ok) this.loaded.add(policy);
    this.#learn();
    return undefined;
  }

  drop(policy: HeldPolicy): void {
    if (this.loaded.delete(policy)) this.channel.drop(policy.key);
  }

  /** Ends the lessons: the spare serves from now on, or has ended. */
  retire(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    if (this.loading !== undefined || this.loaded.size >= MOST_POLICIES) return;
    const recent = this.#policies.mostRecent(MOST_POLICIES);
    this.#lessons = recent.filter((policy) => !this.#tried.has(policy)).reverse();
    this.#learn();
  }

  #learn(): void {
    if (this.loaded.size >= MOST_POLICIES) return;
    const policy = this.#lessons.pop();
    if (policy === undefined) return;
    this.#tried.add(policy);
    if (this.#policies.get(policy.key) !== policy || policy.charges.quarantined) this.#learn();
    else this.channel.load(policy, performance.now());
  }
}
