/**
 * Reads what a policy declares, from data out of a sandbox to what its host works with: names and values
 * in wire form, checks as targets, constant plans ready to evaluate. The reader checks everything, and
 * reports every problem, before any of it is used. This file is long because the parts of a manifest refer to
 * one another: hosts to pools, pools to targets, all to one meter.
 */
import { DataReader, isFields } from '../base/data-reader.ts';
import { keyPath } from '../base/key-path.ts';
import { WorkMeter } from '../base/loop/work-meter.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { HealthSubject } from '../health/combination.ts';
import type { CheckDefaults } from '../health/target.ts';
import type { TeamLimits } from '../limits/team-limits.ts';
import { isOfFewParts, MOST_PARTS } from '../rpc/json-work.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { namesEqual, type WireName } from '../wire/name.ts';
import type { ResourceRecord } from '../wire/record.ts';
import { MAX_TTL } from '../wire/ttl.ts';
import { compilePlan } from './compile-plan.ts';
import { compileRecords, RECORDS_WORK, type RecordUnit } from './compile-records.ts';
import { readTypes } from './declared-types.ts';
import { NameSet, readPolicyOwner } from './owner-names.ts';
import type { Plan, Pool, RecordSet } from './plan.ts';
import { readCheck } from './pools/check-tree.ts';
import { aliasMark, aliasOf } from './pools/pool-alias.ts';
import {
  checkPoolName,
  readCapacity,
  readNearing,
  readPoolPlace,
  readThreshold,
  readWhenDown,
  withOwnHints,
} from './pools/pool-fields.ts';
import { readUrl, withUrl } from './pools/pool-url.ts';
import { readAlias } from './pools/read-alias.ts';
import { DeclaredTargets, firstChecked } from './pools/targets.ts';
import { boundTargets, boundTimes } from './team-bounds.ts';

const MAX_POOLS = 1000;
const MAX_HOSTS = 10_000;
const MAX_RECORDS = 100_000;
/**
 * What pools, constant plans and the fallback may take together. From that follows the memory of a version
 * in each answer process: at most three times the octets of its records, and some 300 for each value that a
 * query has used, so 25 MB at most.
 */
export const MANIFEST_WORK = { values: 65_536, characters: 1_048_576, octets: 2_097_152 };
const LESS_WORK =
  'Give records that several plans hold a pool, and name it there; put records that are the same for everyone into "records"';

export interface ManifestContext {
  readonly zone: WireName;
  /** The TTL in seconds of a policy that states none. */
  readonly defaultTtl: number;
  readonly maxBudgetMs: number;
  readonly maxDeadlineMs: number;
  /** Where health/table.ts keeps a target's state. Default: the index among the manifest's targets. */
  readonly slotOf?: (target: HealthSubject) => number;
  /** What checks have that say nothing else, and what they may name. */
  readonly checkTiming: CheckDefaults;
  /** What the team of the policy may use; default: all. */
  readonly limits?: TeamLimits | undefined;
}

export interface ManifestHost {
  /** The key in the policy's `hosts`, which the sandbox expects: `'www'`. */
  readonly key: string;
  /** Lower case. */
  readonly name: WireName;
  /** The host's constant plan, or `null` if a handler decides. */
  readonly plan: Plan | null;
  /** Types of the answers that its handler declares beside those of pools. */
  readonly types: readonly number[];
}

export interface Manifest {
  /** `handler`: written for a `createServer((req, res) => …)` library. */
  readonly form: 'policy' | 'handler';
  readonly ttl: number;
  /** Whether the policy states that TTL, and not the settings. */
  readonly statesTtl: boolean;
  readonly budgetMs: number | undefined;
  readonly deadlineMs: number | undefined;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly fallback: Plan;
  readonly hosts: readonly ManifestHost[];
  readonly records: readonly ResourceRecord[];
  /** What the records of all pools follow, each once. */
  readonly targets: readonly HealthSubject[];
  /** What its team may use, for what its handlers decide; `undefined`: all. */
  readonly limits?: TeamLimits | undefined;
}

/** Reads a manifest. Problems begin with their path in the policy: `pools.us.check.port: …`. */
export function readManifest(data: unknown, context: ManifestContext): Result<Manifest, string[]> {
  if (!isFields(data)) return fail(['The policy declares nothing']);
  const reader = new ManifestReader(context);
  const manifest = reader.read(data);
  return reader.problems.length === 0 ? ok(manifest) : fail(reader.problems);
}

class ManifestReader extends DataReader {
  readonly #context: ManifestContext;
  readonly #targets: DeclaredTargets;
  readonly #pools = new Map<string, Pool>();
  /** By pool, the plan that stands in for it while it is down: it may name any pool. */
  readonly #standIns = new Map<string, unknown>();
  readonly #meter = new WorkMeter<RecordUnit>('the pools and plans of one policy', MANIFEST_WORK);
  #ttl = 0;
  #leastTtl: number | undefined;

  constructor(context: ManifestContext) {
    super();
    this.#context = context;
    this.#targets = new DeclaredTargets(context.slotOf);
  }

  read(data: Readonly<Record<string, unknown>>): Manifest {
    const { defaultTtl, maxBudgetMs, maxDeadlineMs } = this.#context;
    const form = data.form === 'handler' ? 'handler' : 'policy';
    this.#ttl = this.whole(data.ttl, 'ttl', 0, MAX_TTL) ?? defaultTtl;
    this.#leastTtl = this.whole(data.leastTtl, 'leastTtl', 0, MAX_TTL);
    const budgetMs = this.number(data.budget, 'budget', 1, maxBudgetMs);
    const deadlineMs = this.number(data.deadline, 'deadline', budgetMs ?? 1, maxDeadlineMs);
    boundTimes(budgetMs, deadlineMs, this, this.#context.limits);
    for (const [name, pool, path] of this.entries(data.pools, 'pools', MAX_POOLS)) {
      this.#pool(name, pool, path);
    }
    this.#addStandIns();
    const hosts = this.#hosts(data.hosts, data.types);
    const fallback = this.#fallback(data.fallback, form, hosts);
    const { excess } = this.#meter;
    if (excess !== undefined) this.add(`Comes to ${excess}. ${LESS_WORK}`);
    const records = this.#records(data.records);
    return {
      form,
      ttl: this.#ttl,
      statesTtl: data.ttl !== undefined,
      budgetMs,
      deadlineMs,
      pools: this.#pools,
      fallback,
      hosts,
      records,
      targets: this.#targets.all,
      limits: this.#context.limits,
    };
  }

  #pool(name: string, value: unknown, path: string): void {
    if (!this.#isSmall(value, path)) return;
    const { at, check, whenDown, upWhen, capacity, leastTtl, alias, url, ...rest } = this.fields(value, path);
    checkPoolName(name, path, this);
    const ttl = this.whole(rest.ttl, keyPath(path, 'ttl'), 0, MAX_TTL);
    const before = this.problems.length;
    const { records, hinted } = withOwnHints(rest.records);
    const own = this.#sets(records, path, ttl ?? this.#ttl, 'answer');
    const target = readAlias(alias, path, { sets: own, hinted, upWhen }, this.#context, this);
    const all = withUrl(own, readUrl(url, keyPath(path, 'url'), this), ttl ?? this.#ttl);
    const sets = target === undefined ? all : [aliasMark(ttl ?? this.#ttl), ...all];
    if (sets.length === 0 && this.problems.length === before) this.refuse(path, 'Holds no records');
    const { checkTiming } = this.#context;
    const targetOf =
      check === undefined ? undefined : readCheck(check, keyPath(path, 'check'), own, this, checkTiming);
    boundTargets(keyPath(path, 'check'), sets, targetOf, this, this.#context.limits);
    const standIn = readWhenDown(whenDown, keyPath(path, 'whenDown'), this);
    if (standIn === undefined) return;
    if (typeof standIn !== 'string') this.#standIns.set(name, standIn);
    const checked = firstChecked(sets, targetOf);
    const ttls = { own: leastTtl, ofPolicy: this.#leastTtl, ttl: ttl ?? this.#ttl };
    const nearing = readNearing(ttls, keyPath(path, 'leastTtl'), checked, this);
    const isNearing = nearing !== undefined;
    const checkedSets = targetOf
      ? sets.map((set) => this.#targets.withSlots(set, targetOf, isNearing))
      : sets;
    this.#pools.set(name, {
      name,
      ...aliasOf(target, checkedSets),
      ttl,
      at: readPoolPlace(at, keyPath(path, 'at'), this),
      whenDown: typeof standIn === 'string' ? standIn : 'all',
      upWhen:
        alias === undefined
          ? readThreshold(upWhen, keyPath(path, 'upWhen'), sets, targetOf !== undefined, this)
          : undefined,
      nearing,
      hinted: hinted.length === 0 ? undefined : hinted,
      ...readCapacity(capacity, keyPath(path, 'capacity'), this),
    });
  }

  /** The pools that stand-ins name are those without stand-ins, so that none leads to itself. */
  #addStandIns(): void {
    const pools = new Map(this.#pools);
    for (const [name, data] of this.#standIns) {
      const pool = pools.get(name);
      const { zone, limits } = this.#context;
      const context = { zone, pools, ttl: pool?.ttl ?? this.#ttl, apex: false, limits };
      const plan = compilePlan(data, context, keyPath(keyPath('pools', name), 'whenDown'), this.#meter);
      if (!plan.ok) this.add(plan.problem);
      else if (pool !== undefined) this.#pools.set(name, { ...pool, whenDown: plan.value });
    }
  }

  #hosts(value: unknown, types: unknown): ManifestHost[] {
    const declared = isFields(types) ? types : {};
    const names = new NameSet();
    const hosts: ManifestHost[] = [];
    for (const [key, plan, path] of this.entries(value, 'hosts', MAX_HOSTS)) {
      const name = this.#name(key, path, names);
      if (name === undefined) continue;
      const beyond = this.#context.limits?.ownerProblem(name);
      if (beyond !== undefined) this.refuse(path, beyond);
      const apex = namesEqual(name, this.#context.zone);
      const own = Object.hasOwn(declared, key) ? readTypes(declared[key], keyPath(path, 'types'), this) : [];
      const compiled = plan === null ? null : this.#plan(plan, path, apex);
      hosts.push({ key, name, plan: compiled, types: own });
    }
    return hosts;
  }

  #fallback(value: unknown, form: Manifest['form'], hosts: readonly ManifestHost[]): Plan {
    if (form === 'handler' && isFields(value) && value.kind === 'servfail') return { kind: 'servfail' };
    const apex = hosts.some(({ name, plan }) => plan === null && namesEqual(name, this.#context.zone));
    return this.#plan(value, 'fallback', apex);
  }

  #plan(value: unknown, path: string, apex: boolean): Plan {
    if (!this.#isSmall(value, path)) return { kind: 'nodata' };
    const { zone, limits } = this.#context;
    const context = { zone, pools: this.#pools, ttl: this.#ttl, apex, limits };
    const plan = compilePlan(value, context, path, this.#meter);
    if (plan.ok) return plan.value;
    this.add(plan.problem);
    return { kind: 'nodata' };
  }

  /** Whether a pool, or a host's plan, is small enough for answer processes, which parse it in one go. */
  #isSmall(value: unknown, path: string): boolean {
    if (isOfFewParts(value)) return true;
    this.refuse(path, `Has over ${MOST_PARTS} parts`);
    return false;
  }

  #records(value: unknown): ResourceRecord[] {
    const names = new NameSet();
    const records: ResourceRecord[] = [];
    for (const [key, entry, path] of this.entries(value, 'records', MAX_RECORDS)) {
      const { ttl, records: data } = this.fields(entry, path);
      const owner = this.#name(key, path, names);
      const sets = this.#sets(
        data,
        path,
        this.whole(ttl, keyPath(path, 'ttl'), 0, MAX_TTL) ?? this.#ttl,
        'static',
      );
      if (owner === undefined) continue;
      for (const { type } of sets) {
        const beyond = this.#context.limits?.ownerProblem(owner, type);
        if (beyond !== undefined) this.refuse(path, beyond);
      }
      for (const set of sets)
        for (const rdata of set.rdatas) records.push({ owner, type: set.type, ttl: set.ttl, rdata });
      if (namesEqual(owner, this.#context.zone) && sets.some(({ type }) => type === RRTYPE.CNAME)) {
        this.refuse(keyPath(path, 'CNAME'), 'Cannot stand at the name of the zone itself; give addresses');
      }
      if (records.length > MAX_RECORDS) {
        this.refuse('records', `Holds over ${MAX_RECORDS} values`);
        return [];
      }
    }
    return records;
  }

  #sets(data: unknown, path: string, ttl: number, placement: 'answer' | 'static'): RecordSet[] {
    const meter = new WorkMeter<RecordUnit>(placement === 'answer' ? 'one pool' : 'one name', RECORDS_WORK);
    const { zone, limits } = this.#context;
    const sets = compileRecords(data, path, { zone, ttl, placement, meter, limits });
    if (placement === 'answer') this.#meter.takeAll(meter);
    if (sets.ok) return sets.value;
    this.add(...sets.problem);
    return [];
  }

  /** A name relative to the zone, or absolute and inside it. */
  #name(key: string, path: string, names: NameSet): WireName | undefined {
    const read = readPolicyOwner(key, this.#context.zone, names);
    return read.ok ? read.value : this.refuse(path, read.problem);
  }
}
