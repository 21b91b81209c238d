/** What steering did, told step by step for explain: who was looked at, who was dropped and why, who was chosen. */
import { unreachable } from '../../base/assert.ts';
import type { HealthTable } from '../../health/table.ts';
import type { Pool } from '../../plan/plan.ts';
import type { SteeringStep } from '../../rpc/explanation.ts';
import { RRTYPE, typeToText } from '../../wire/iana/rrtype.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';
import type { Facts } from '../facts/facts.ts';
import { type Eligible, NOBODY } from './eligible.ts';
import { type Candidate, candidateAt, type Group, isDown, isPool } from './group-members.ts';
import { distanceTo } from './pick.ts';
import { poolHealth } from './pool-health.ts';

export class SteeringTrace {
  readonly #steps: SteeringStep[];
  readonly #health: HealthTable;
  readonly #facts: Facts;
  #depth = 0;
  /** Where the next step goes: what follows a choice stands right below the one chosen. */
  #next: number;
  /** The pool that the choice above has told of. */
  #told: Pool | undefined;

  constructor(steps: SteeringStep[], health: HealthTable, facts: Facts) {
    this.#steps = steps;
    this.#health = health;
    this.#facts = facts;
    this.#next = steps.length;
  }

  /** One choice among several; what follows is told one level deeper. */
  group(group: Group, eligible: Eligible, chosen: number): void {
    const first = this.#next;
    for (let index = 0; index < group.of.length; index += 1) {
      const candidate = candidateAt(group, index);
      const verdict = index === chosen ? 'chosen' : eligible.has(index) ? 'kept' : 'dropped';
      this.#tell(nameOf(candidate), verdict, this.#whyOf(group, index, eligible));
    }
    if (chosen === NOBODY) {
      this.#tell(group.kind, 'dropped', 'nobody is left: NODATA');
      return;
    }
    this.#next = first + chosen + 1;
    this.#depth += 1;
    this.#told = poolOf(candidateAt(group, chosen));
  }

  /** The pool that serves, with the addresses of it that do not. */
  pool(pool: Pool, type: number, allDown: boolean): void {
    if (pool !== this.#told) this.#tellOfPool(pool, allDown);
    if (!allDown) this.#tellOfAddresses(pool, type);
  }

  #tellOfPool(pool: Pool, allDown: boolean): void {
    if (!allDown) this.#tell(pool.name, 'chosen', `health: ${poolHealth(pool, this.#health)}`);
    else if (pool.whenDown === 'all')
      this.#tell(pool.name, 'chosen', 'health: down, answers as if it were up');
    else this.#tell(pool.name, 'dropped', 'health: down, and whenDown is "empty"');
  }

  #tellOfAddresses({ name, sets }: Pool, type: number): void {
    const set = sets.find((each) => each.type === type || each.type === RRTYPE.CNAME);
    if (set === undefined) this.#tell(name, 'dropped', `no ${typeToText(type)} records`);
    for (const [index, rdata] of set?.rdatas.entries() ?? []) {
      if (this.#health.isUp(set?.slots[index] ?? NOBODY)) continue;
      this.#tell(`${name} ${rdataToText(type, rdata)}`, 'dropped', 'health: down');
    }
  }

  #whyOf(group: Group, index: number, eligible: Eligible): string {
    const candidate = candidateAt(group, index);
    const health = `health: ${this.#healthOf(candidate)}`;
    if (eligible.failsOpen) {
      return eligible.has(index)
        ? `${health}, like all others: as if up`
        : `${health}, and whenDown is "empty"`;
    }
    if (!eligible.has(index)) return health;
    switch (group.kind) {
      case 'firstHealthy':
        return health;
      case 'weighted':
        return `${health}, weight ${group.of[index]?.weight}`;
      case 'sticky':
        return `${health}, weight ${group.of[index]?.weight}, by client subnet`;
      case 'nearest':
        return `${health}, ${distanceText(distanceTo(group.of[index], this.#facts.location()))}`;
      default:
        return unreachable(group);
    }
  }

  #healthOf(candidate: Candidate): string {
    const pool = poolOf(candidate);
    if (pool !== undefined) return poolHealth(pool, this.#health);
    return isDown(candidate, this.#health) ? 'down' : 'up';
  }

  #tell(subject: string, verdict: SteeringStep['verdict'], why: string): void {
    this.#steps.splice(this.#next, 0, { depth: this.#depth, subject, verdict, why });
    this.#next += 1;
  }
}

function poolOf(candidate: Candidate): Pool | undefined {
  if (isPool(candidate)) return candidate;
  return candidate.kind === 'pool' ? candidate.pool : undefined;
}

function nameOf(candidate: Candidate): string {
  if (isPool(candidate)) return candidate.name;
  if (candidate.kind === 'pool') return candidate.pool.name;
  if (candidate.kind !== 'records') return candidate.kind;
  return `records ${candidate.sets.map(({ type }) => typeToText(type)).join(' ')}`;
}

function distanceText(kilometres: number): string {
  return Number.isFinite(kilometres) ? `${Math.round(kilometres)} km` : 'distance not known';
}
