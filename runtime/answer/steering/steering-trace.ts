/** What steering did, told step by step for explain: who was looked at, who was dropped and why, who was chosen. */
import type { Forced, PoolOverride } from '../../health/overrides/zone-overrides.ts';
import type { HealthTable } from '../../health/table.ts';
import { answers, setFor } from '../../plan/answered-types.ts';
import { NOBODY } from '../../plan/kind.ts';
import type { Aliasing, Choosing, LeafPlan, Plan, Pool, RecordSet } from '../../plan/plan.ts';
import { mayBeAlias } from '../../plan/plan-aliases.ts';
import { choosingKind } from '../../plan/plan-kinds.ts';
import { planText } from '../../plan/plan-text.ts';
import type { SteeringStep } from '../../rpc/explanation.ts';
import { everyLeaf } from '../../rpc/plan-fold.ts';
import { isAddressType, RRTYPE, typeToText } from '../../wire/iana/rrtype.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';
import type { Facts } from '../facts/facts.ts';
import type { Eligible } from './eligible.ts';
import { isDown, memberAt } from './group-members.ts';
import { isPoolOut, poolHealth, poolHealthText } from './pool-health.ts';

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
  choice(plan: Choosing, type: number, eligible: Eligible, chosen: number): void {
    const first = this.#next;
    for (let index = 0; index < plan.of.length; index += 1) {
      const member = memberAt(plan, index);
      const verdict = index === chosen ? 'chosen' : eligible.has(index) ? 'kept' : 'dropped';
      this.#tell(nameOf(member), verdict, this.#whyOf(plan, index, type, eligible));
    }
    if (chosen === NOBODY) {
      this.#tell(plan.kind, 'dropped', 'nobody is left: NODATA');
      return;
    }
    this.#next = first + chosen + 1;
    this.#depth += 1;
    this.#told = poolOf(memberAt(plan, chosen));
  }

  /** The pool that serves, with the addresses of it that do not. */
  pool(pool: Pool, type: number, allDown: boolean): void {
    if (pool !== this.#told || (allDown && pool.whenDown !== 'all')) this.#tellOfPool(pool, allDown);
    if (!allDown) this.#tellOfAddresses(pool, type);
  }

  #tellOfPool(pool: Pool, allDown: boolean): void {
    const health = `health: ${this.#healthOf({ kind: 'pool', pool })}`;
    const { whenDown } = pool;
    if (!allDown) this.#tell(pool.name, 'chosen', health);
    else if (whenDown === 'all' && isPoolOut(pool, this.#health))
      this.#tell(pool.name, 'dropped', `${health}, and so not served`);
    else if (whenDown === 'all') this.#tell(pool.name, 'chosen', `${health}, answers as if it were up`);
    else if (typeof whenDown === 'string')
      this.#tell(pool.name, 'dropped', `${health}, and whenDown is "${whenDown}"`);
    else this.#tell(pool.name, 'dropped', `${health}, and whenDown is ${planText(whenDown)}`);
  }

  #tellOfAddresses({ name, sets, overridden, alias }: Pool, type: number): void {
    const set = setFor(sets, type);
    if (alias !== undefined && isAddressType(type)) this.#tellOfAlias(name, alias, type);
    else if (set === undefined) this.#tell(name, 'dropped', `no ${typeToText(type)} records`);
    const known = overridden && setFor(overridden.sets, type);
    for (const [index, rdata] of set?.rdatas.entries() ?? []) {
      const slot = set?.slots[index] ?? NOBODY;
      const isUp = this.#health.isUp(slot);
      const text = rdataToText(type, rdata);
      const probed = known && this.#health.isUp(known.slots[index] ?? NOBODY) ? 'up' : 'down';
      const said = overridden && forcedText(forcedOf(text, overridden.override), probed);
      if (isUp && this.#health.share(slot) === 1) continue;
      this.#tell(`${name} ${text}`, isUp ? 'kept' : 'dropped', `health: ${said ?? 'down'}`);
    }
  }

  #tellOfAlias(name: string, alias: Aliasing, type: number): void {
    const { ttl, isStale, addresses } = type === RRTYPE.A ? alias.news.A : alias.news.AAAA;
    const subject = `${name} ${typeToText(type)} of ${alias.target}`;
    if (addresses === null) this.#tell(subject, 'dropped', 'no resolver says what they are');
    else if (addresses.length === 0)
      this.#tell(subject, 'dropped', `it has none; known for ${ttl} s at least`);
    else
      this.#tell(
        subject,
        'kept',
        isStale ? 'stale: no resolver says anything newer' : `known for ${ttl} s at least`,
      );
  }

  #whyOf(plan: Choosing, index: number, type: number, eligible: Eligible): string {
    const member = memberAt(plan, index);
    if (!eligible.has(index)) return this.#whyNot(member, type, eligible);
    if (eligible.failsOpen) {
      const asIfUp = member.kind !== 'pool' || member.pool.whenDown === 'all' ? ': as if up' : '';
      return `${this.#downOf(member, type)}, like all others${asIfUp}`;
    }
    const health = `health: ${this.#healthOf(member)}`;
    const why = choosingKind(plan).why(plan, index, this.#facts, eligible);
    return why === '' ? health : `${health}, ${why}`;
  }

  /** Why a member takes no part: what eligible.ts went by. */
  #whyNot(member: Plan, type: number, { isForAll, isNarrowed, failsOpen }: Eligible): string {
    if (isNarrowed && mayBeAlias(member) && !isDown(member, this.#health))
      return `health: ${this.#healthOf(member)}, but an alias, which a name is for all types or for none`;
    // A choice for all types does not look at which records there are.
    if ((!isForAll || isNarrowed) && !answers(member, type)) return `no ${typeToText(type)} records`;
    const down = this.#downOf(member, type);
    if (!failsOpen) return down;
    if (isMemberOut(member, this.#health)) return `${down}, and so not served`;
    const whenDown = member.kind === 'pool' ? member.pool.whenDown : 'empty';
    return `${down}, and whenDown is "${typeof whenDown === 'string' ? whenDown : 'a plan'}"`;
  }

  /** The health of one that is down, as a whole or for this type. */
  #downOf(member: Plan, type: number): string {
    const health = `health: ${this.#healthOf(member)}`;
    return isDown(member, this.#health) ? health : `${health}, all ${typeToText(type)} down`;
  }

  /** `unchecked` where nothing is probed, which steering takes for up. */
  #healthOf(member: Plan): string {
    if (everyLeaf(member, isUnchecked, undefined)) return 'unchecked';
    const pool = poolOf(member);
    if (pool !== undefined) return this.#healthOfPool(pool);
    return isDown(member, this.#health) ? 'down' : 'up';
  }

  /** What operators say, and what probes do. */
  #healthOfPool(pool: Pool): string {
    const { overridden } = pool;
    const health = poolHealthText(pool, this.#health);
    if (overridden === undefined) return health;
    const { sets, override } = overridden;
    const known = sets.every(isUnprobed) ? 'unchecked' : poolHealth({ ...pool, sets }, this.#health);
    return forcedText(override.whole, known) ?? `${health}, as some of its addresses are overridden`;
  }

  #tell(subject: string, verdict: SteeringStep['verdict'], why: string): void {
    this.#steps.splice(this.#next, 0, { depth: this.#depth, subject, verdict, why });
    this.#next += 1;
  }
}

function isUnchecked(leaf: LeafPlan): boolean {
  return leaf.kind !== 'pool' || (leaf.pool.alias?.isDown !== true && leaf.pool.sets.every(isUnprobed));
}

function isUnprobed({ slots }: RecordSet): boolean {
  return slots.every((slot) => slot < 0);
}

function isMemberOut(member: Plan, health: HealthTable): boolean {
  return everyLeaf(member, (leaf) => leaf.kind === 'pool' && isPoolOut(leaf.pool, health), undefined);
}

function forcedOf(address: string, { whole, some = [] }: PoolOverride): Forced | undefined {
  return some.find(([each]) => each === address)?.[1] ?? whole;
}

/** `down, drained (probes: up)`, `up, forced (probes: down)`; `undefined` where nothing was said. */
function forcedText(forced: Forced | undefined, probed: string): string | undefined {
  if (forced === undefined) return undefined;
  const probes = probed === 'unchecked' ? 'unchecked' : `probes: ${probed}`;
  if (typeof forced === 'string') return `${forced}, forced (${probes})`;
  if (forced === 0) return `down, drained (${probes})`;
  return `${probed === 'unchecked' ? 'up' : probed}, drained to ${Math.round(100 * forced)} % (${probes})`;
}

function poolOf(member: Plan): Pool | undefined {
  return member.kind === 'pool' ? member.pool : undefined;
}

function nameOf(member: Plan): string {
  if (member.kind === 'pool') return member.pool.name;
  if (member.kind !== 'records') return member.kind;
  return `records ${member.sets.map(({ type }) => typeToText(type)).join(' ')}`;
}
