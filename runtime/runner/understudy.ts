/**
 * The spare sandbox learns the policies that are in use, so that all of them go on at once when it has
 * to take over: loading them only then would take longer than queries can wait. Policies that no query
 * asks for are left out, they would only take memory twice.
 */

import type { SandboxChannel } from './channel.ts';
import type { HeldPolicies } from './held-policies.ts';
import type { HeldPolicy } from './held-policy.ts';
import type { SandboxReply } from './process/sandbox-process.ts';
import { loadOutcome } from './request-end.ts';

/** Policies it learns; each takes one to three megabytes. */
const MOST_POLICIES = 128;
const LOOK_MS = 250;

export class Understudy {
  readonly channel: SandboxChannel;
  /** What it could run now. */
  readonly loaded = new Set<HeldPolicy>();
  readonly #policies: HeldPolicies;
  /** Policies that failed are among them: they are not tried again here. */
  readonly #tried = new WeakSet<HeldPolicy>();
  /** What it learns before it looks again which policies are asked, the next one last. */
  #lessons: HeldPolicy[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(channel: SandboxChannel, policies: HeldPolicies) {
    this.channel = channel;
    this.#policies = policies;
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
    this.#look();
  }

  /** What it is loading. */
  get loading(): HeldPolicy | undefined {
    return this.channel.oldest?.policy;
  }

  /** Returns what is wrong with the reply, if anything. */
  receive(reply: SandboxReply): string | undefined {
    const policy = this.loading;
    if (policy === undefined || this.channel.oldest?.id !== reply.id) return 'it replied out of order';
    if (reply.t === 'ran') return 'it ran what it was to load';
    this.channel.advance(performance.now());
    if (this.#policies.get(policy.key) !== policy) this.channel.drop(policy.key);
    else if (loadOutcome(reply).ok) this.loaded.add(policy);
    this.#learn();
    return undefined;
  }

  drop(policy: HeldPolicy): void {
    if (this.loaded.delete(policy)) this.channel.drop(policy.key);
  }

  /** It serves from now on, or has ended. */
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
