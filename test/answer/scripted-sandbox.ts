/**
 * A sandbox played by the test: policies are functions of what they read, as in a real one, and every
 * read is noted. Failures are values too. What is held back is answered when the test says so.
 */
import assert from 'node:assert/strict';
import { parseFact } from '../../runtime/answer/facts/fact.ts';
import { Moment } from '../../runtime/answer/facts/moment.ts';
import { parseAddress } from '../../runtime/base/net/ip.ts';
import { alikeFrom, OTHER } from '../../runtime/rpc/alike.ts';
import type { FactValue, Impurity, Read } from '../../runtime/rpc/plan.ts';
import { NO_WAY } from '../../runtime/rpc/sandbox-protocol.ts';
import type { RunAsk, RunOutcome } from '../../runtime/runner/runs-and-loads.ts';

/** A policy: `read('client.country')`; what it returns is its plan as data, or how its run failed. */
export type Script = (read: (fact: string) => FactValue, ask: RunAsk) => unknown;

type Failure = Extract<RunOutcome, { ok: false }>;

export class ScriptedSandbox {
  script: Script = () => assert.fail('Nothing was to be asked');
  /** What each run after this one is blamed for. */
  impure: readonly Impurity[] = [];
  readonly asked: RunAsk[] = [];
  isHeld = false;
  readonly #held: (() => void)[] = [];

  run(ask: RunAsk, done: (outcome: RunOutcome) => void): void {
    this.asked.push(ask);
    const outcome = this.#outcome(ask);
    if (this.isHeld) this.#held.push(() => done(outcome));
    else done(outcome);
  }

  /** How many runs are held back. */
  get held(): number {
    return this.#held.length;
  }

  /** Lets the oldest run that is held back come to its end. */
  release(): void {
    const next = this.#held.shift();
    assert.ok(next !== undefined, 'no run is held back');
    next();
  }

  #outcome(ask: RunAsk): RunOutcome {
    const reads = new Map<string, Read>();
    const impure = [...this.impure];
    const plan = this.script((fact) => {
      const value = factOf(fact, ask);
      reads.set(fact, [fact, value]);
      if (fact === 'client.ip' || fact === 'time.unix') impure.push(fact);
      return value;
    }, ask);
    return isFailure(plan) ? plan : { ok: true, plan, reads: [...reads.values()], impure, micros: 100 };
  }
}

/** A run that came to nothing. */
export function failure(reason: Failure['reason'], message = 'Boom'): Failure {
  return { ok: false, reason, message, stack: 'at bundle.js:1:1' };
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'ok' in value && value.ok === false;
}

function factOf(fact: string, { facts, name: asked, type }: RunAsk): FactValue {
  if (fact === 'query.name') return asked;
  if (fact === 'query.type') return type;
  if (fact === 'time.unix') return Math.floor(facts.now / 1000);
  const known = parseFact(fact, new Map());
  const { way = NO_WAY } = facts;
  if (known?.kind === 'transport') return way.transport;
  if (known?.kind === 'local') return way.local || null;
  if (known?.kind === 'resolver') return way.resolver || null;
  if (known?.kind === 'resolver-country') return way.resolverCountry || null;
  if (known?.kind === 'list') return facts.lists?.includes(known.file) === true;
  if (known?.kind === 'in') return known.networks.has(parseAddress(facts.ip) ?? assert.fail(facts.ip));
  if (known?.kind === 'time') return new Moment().part(known.timeZone, known.part, facts.now) ?? null;
  const [kind, name = ''] = fact.split('.');
  const { ip, subnet, family, place } = facts;
  if (kind === 'client') return seen({ ip, subnet, family, ...place }, name);
  if (kind === 'health') return facts.health[name] ?? null;
  return assert.fail(`No script reads ${fact}`);
}

/** A fact of the client, or what is seen of it by who compares: `country~DE,FR|US`. */
function seen(client: Readonly<Record<string, unknown>>, name: string): FactValue {
  const [field = '', groups] = name.split('~');
  const value = (client[field] ?? null) as FactValue;
  if (groups === undefined || value === null) return value;
  return alikeFrom(groups)?.get(String(value)) ?? OTHER;
}
