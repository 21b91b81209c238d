/** Record sets that are decided: their pools, what they are an alias of, and all of a name together. */
import { nameFromText, nameToText, ROOT, type WireName } from '../../wire/name.ts';
import type { CheckDraft, DecisionDraft, PlanDraft } from '../draft.ts';
import { type PoolBook, poolBase } from '../pool-book.ts';
import type { ImportReport } from '../report.ts';
import { relativeName, wordsOf } from '../zone-source.ts';
import { type GroupWork, groupDecision, type PlacedSet } from './groups.ts';
import type { Route53Checks } from './health-checks.ts';

/** Answers of Route 53 with many values have so many at most. */
const MOST_VALUES = 8;
/** Aliases lead to aliases; real zones have trees of three levels. */
const DEEPEST = 8;
/** Seconds for what an alias answers (Developer Guide, "Values specific for alias records"). */
const ALIAS_TTL = 60;

export class RecordSets {
  readonly #zone: WireName;
  readonly #groups: ReadonlyMap<string, readonly PlacedSet[]>;
  readonly #checks: Route53Checks;
  readonly #networks: GroupWork['networks'];
  readonly #pools: PoolBook;
  readonly #report: ImportReport;
  #depth = 0;

  constructor(options: {
    readonly zone: WireName;
    /** By name and type: see {@link groupKey}. */
    readonly groups: ReadonlyMap<string, readonly PlacedSet[]>;
    readonly checks: Route53Checks;
    readonly networks: GroupWork['networks'];
    readonly pools: PoolBook;
    readonly report: ImportReport;
  }) {
    this.#zone = options.zone;
    this.#groups = options.groups;
    this.#checks = options.checks;
    this.#networks = options.networks;
    this.#pools = options.pools;
    this.#report = options.report;
  }

  /** The decision of all sets of one name and type. */
  decision(sets: readonly PlacedSet[]): DecisionDraft | undefined {
    if (sets.some(({ set }) => set.MultiValueAnswer === true)) return this.#manyValues(sets);
    const decision = groupDecision(sets, {
      report: this.#report,
      networks: this.#networks,
      member: (set, at) => this.#member(set, sets.length > 1, at),
    });
    const only = sets.find((placed) => this.#answersTooMuch(placed))?.set.Type;
    return decision === undefined || only === undefined
      ? decision
      : { kind: 'if', when: { fact: 'type', is: [only] }, yes: decision, no: { kind: 'nodata' } };
  }

  /** Whether its pool has addresses of both families, where Route 53 answers one. */
  #answersTooMuch({ set: { Name: name, Type: type, AliasTarget: target } }: PlacedSet): boolean {
    if (target === undefined || this.#groups.has(groupKey(target.DNSName, type))) return false;
    return !this.#groups.has(groupKey(name, type === 'A' ? 'AAAA' : 'A'));
  }

  #member(placed: PlacedSet, isMember: boolean, at?: readonly [number, number]): DecisionDraft | undefined {
    const { set, place } = placed;
    if (set.AliasTarget !== undefined) return this.#alias(placed, set.AliasTarget, isMember, at);
    const check = set.HealthCheckId === undefined ? undefined : this.#checks.check(set.HealthCheckId, place);
    return this.#pool(placed, valuesOf(placed), check, at);
  }

  #pool(
    placed: PlacedSet,
    values: readonly string[],
    check?: CheckDraft,
    at?: readonly [number, number],
  ): PlanDraft {
    const { set, place } = placed;
    const host = hostBelow(set.Name, this.#zone);
    const base = poolBase(host);
    const suffix = set.Type === 'AAAA' ? '-v6' : '';
    const id = set.SetIdentifier;
    const names = id === undefined ? [base + suffix] : [id + suffix, `${base}-${id}${suffix}`];
    return this.#pools.plan(names, `${set.Type} ${set.Name} (line ${place.line})`, {
      records: { [set.Type]: values },
      ttl: set.TTL ?? ALIAS_TTL,
      ...(at && { at }),
      ...(check && { check }),
    });
  }

  /** What another name of the zone answers, or a service of AWS. */
  #alias(
    placed: PlacedSet,
    target: NonNullable<PlacedSet['set']['AliasTarget']>,
    isMember: boolean,
    at: readonly [number, number] | undefined,
  ): DecisionDraft | undefined {
    const { set } = placed;
    const found = this.#groups.get(groupKey(target.DNSName, set.Type));
    if (found === undefined) return this.#service(placed, target.DNSName, at);
    if (++this.#depth > DEEPEST)
      return this.#leaveOut(
        placed,
        'aliases lead to each other in a circle',
        'Write the records that are meant',
      );
    const [only] = found;
    const isPlain = only !== undefined && found.length === 1 && only.set.AliasTarget === undefined;
    const decision = isPlain
      ? this.#pool(
          {
            ...only,
            set: {
              ...only.set,
              ...(set.SetIdentifier !== undefined && { SetIdentifier: set.SetIdentifier }),
            },
          },
          valuesOf(only),
          this.#aliasCheck(placed, only),
          at,
        )
      : this.decision(found);
    this.#depth--;
    if (isMember && !isPlain && !target.EvaluateTargetHealth) {
      this.#report.add('changed', placed.place, {
        what: `${set.Type} ${set.Name}, alias of ${target.DNSName}`,
        why: 'a choice always looks at the health of its members (EvaluateTargetHealth is false)',
        instead: 'a member that is passed over while it is down',
        remedy: 'Remove the checks of its pools where it is to be answered always',
      });
    }
    return decision;
  }

  /** The alias has a check of its own, or goes by that of its target. */
  #aliasCheck({ set, place }: PlacedSet, target: PlacedSet): CheckDraft | undefined {
    const id =
      set.HealthCheckId ??
      (set.AliasTarget?.EvaluateTargetHealth === true ? target.set.HealthCheckId : undefined);
    return id === undefined ? undefined : this.#checks.check(id, place);
  }

  /** The addresses of a service of AWS, which the server asks a resolver for. */
  #service(
    placed: PlacedSet,
    target: string,
    at: readonly [number, number] | undefined,
  ): DecisionDraft | undefined {
    const { set, place } = placed;
    if (set.Type !== 'A' && set.Type !== 'AAAA')
      return this.#leaveOut(
        placed,
        `it is an alias of ${target}, whose data only AWS knows`,
        'Write the data of the service',
      );
    this.#report.add('note', place, {
      what: `${set.Type} ${set.Name}, alias of ${target}`,
      why: 'AWS knows the addresses of its services without asking',
      instead: 'a pool with an alias, whose addresses the server asks a resolver for',
      remedy: 'Name a resolver that you trust: alias.resolvers in dnsteer.yaml',
    });
    const base = poolBase(hostBelow(set.Name, this.#zone));
    const id = set.SetIdentifier;
    const check = set.HealthCheckId === undefined ? undefined : this.#checks.check(set.HealthCheckId, place);
    // Sets of both types share the pool, which answers both.
    return this.#pools.plan(
      id === undefined ? [base] : [id, `${base}-${id}`],
      `alias of ${target} (line ${place.line})`,
      {
        records: {},
        alias: target.replace(/\.$/, ''),
        ttl: ALIAS_TTL,
        ...(at && { at }),
        ...(check && { check }),
      },
    );
  }

  #leaveOut({ set, place }: PlacedSet, why: string, remedy: string): undefined {
    this.#report.add('left out', place, { what: `${set.Type} ${set.Name}`, why, instead: 'nothing', remedy });
    return undefined;
  }

  /** Up to eight of the values that are up; each has a check of its own. */
  #manyValues(sets: readonly PlacedSet[]): DecisionDraft | undefined {
    const [first] = sets;
    if (first === undefined) return undefined;
    const values = sets.flatMap(valuesOf);
    const own = sets.map(
      ({ set }) =>
        set.HealthCheckId &&
        this.#checks.ownCheck(set.HealthCheckId, valuesOf({ set, place: first.place })[0] ?? ''),
    );
    const [check] = own;
    const isSame = own.every((each) => JSON.stringify(each) === JSON.stringify(check));
    const isChecked = sets.some(({ set }) => set.HealthCheckId !== undefined);
    const isOwn = isChecked && isSame && typeof check === 'object';
    if (isChecked && !isOwn) {
      this.#report.add('changed', first.place, {
        what: `${first.set.Type} ${first.set.Name}`,
        why: 'values of one pool are checked in one way, each at its own address',
        instead: 'a pool without a check, which answers all of its values',
        remedy: "Write one check into the pool: check: { type: 'tcp', port: 443 }",
      });
    }
    const { SetIdentifier: _, ...whole } = first.set;
    const pool = this.#pool({ ...first, set: whole }, values, isOwn ? check : undefined);
    return values.length > MOST_VALUES ? { kind: 'rotate', of: pool, count: MOST_VALUES } : pool;
  }
}

/** Names are compared without case, and types with it. */
export function groupKey(name: string, type: string): string {
  const read = nameFromText(name, ROOT);
  return `${read.ok ? nameToText(read.value).toLowerCase() : name} ${type}`;
}

/** The name below the zone. */
export function hostBelow(name: string, zone: WireName): string {
  const read = nameFromText(name, ROOT);
  return read.ok ? relativeName(read.value, zone) : name;
}

/** Data as a policy has them: TXT without quotes, strings of one record together. */
function valuesOf({ set }: PlacedSet): readonly string[] {
  const values = (set.ResourceRecords ?? []).map(({ Value }) => Value);
  return set.Type === 'TXT' || set.Type === 'SPF' ? values.map((value) => wordsOf(value).join('')) : values;
}
