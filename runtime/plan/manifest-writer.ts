/** Writes the octets that manifest-octets.ts reads: control has compiled the manifest, and does it for all processes. */
import { ByteWriter } from '../base/bytes.ts';
import type { ManifestData, PlanData } from '../rpc/plan.ts';
import { fold } from '../rpc/plan-fold.ts';
import { rrsetOctets } from '../wire/encoded-rrset.ts';
import type { Manifest } from './manifest.ts';
import type { SentPlan } from './manifest-octets.ts';
import { type Holder, type LeafPlan, type Plan, type Pool, type RecordSet, standInOf } from './plan.ts';

/** Encodes a manifest whose slots are indices of its targets, and the plans in the data it was read from. */
export function encodeManifest(manifest: Manifest, data: ManifestData): Uint8Array<ArrayBuffer> {
  const writer = new ManifestWriter(manifest);
  writer.u32(manifest.ttl);
  writer.u32(manifest.statesTtl ? 1 : 0);
  writer.u32(manifest.pools.size);
  for (const pool of manifest.pools.values()) writer.pool(pool);
  for (const pool of manifest.pools.values()) writer.standIn(standInOf(pool));
  writer.u32(manifest.hosts.length);
  for (const { key, name, plan } of manifest.hosts) {
    writer.text(key);
    writer.octets(name);
    writer.plan(plan, data.hosts[key] ?? null);
  }
  writer.plan(manifest.fallback, data.fallback);
  return writer.all;
}

class ManifestWriter {
  readonly #parts: Uint8Array[] = [];
  readonly #number = new ByteWriter(4);
  readonly #poolIndex: ReadonlyMap<string, number>;

  constructor({ pools }: Manifest) {
    this.#poolIndex = new Map(Array.from(pools.keys(), (name, index) => [name, index]));
  }

  get all(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(Buffer.concat(this.#parts));
  }

  u32(value: number): void {
    this.#number.clear();
    this.#number.u32(value);
    this.#parts.push(this.#number.toBytes());
  }

  octets(octets: Uint8Array): void {
    this.u32(octets.length);
    this.#parts.push(octets);
  }

  text(text: string): void {
    this.octets(Buffer.from(text));
  }

  pool(pool: Pool): void {
    const { sets, whenDown, load: _, ...sent } = pool;
    this.text(JSON.stringify(typeof whenDown === 'string' ? { ...sent, whenDown } : sent));
    this.#sets(sets);
  }

  standIn(plan: Plan | undefined): void {
    if (plan !== undefined) this.#planOctets(plan);
  }

  /** `null`: a handler decides. */
  plan(plan: Plan | null, written: PlanData | null): void {
    this.#planOctets(plan);
    this.text(plan === null ? '' : JSON.stringify(written));
  }

  #planOctets(plan: Plan | null): void {
    const before = this.#parts.length;
    if (plan !== null) this.#compiled(plan);
    this.octets(Buffer.concat(this.#parts.splice(before)));
  }

  #compiled(plan: Plan): void {
    const leaves: LeafPlan[] = [];
    const sent = fold<Plan, SentPlan>(
      plan,
      (leaf) => {
        leaves.push(leaf);
        return this.#leaf(leaf);
      },
      withInside,
    );
    this.text(JSON.stringify(sent));
    for (const leaf of leaves) {
      if (leaf.kind === 'records') this.#sets(leaf.sets);
      else if (leaf.kind === 'cname') this.octets(leaf.target);
    }
  }

  #leaf(leaf: LeafPlan): SentPlan {
    const { kind } = leaf;
    if (kind === 'pool') return { kind, pool: this.#poolIndex.get(leaf.pool.name), ttl: leaf.ttl };
    return kind === 'cname' ? { kind, ttl: leaf.ttl } : { kind };
  }

  #sets(sets: readonly RecordSet[]): void {
    this.u32(sets.length);
    for (const { type, ttl, rdatas, slots } of sets) {
      this.u32(type);
      this.u32(ttl);
      this.u32(rdatas.length);
      const isChecked = slots.some((slot) => slot >= 0);
      this.u32(isChecked ? slots.length : 0);
      if (isChecked) for (const slot of slots) this.u32(slot + 1);
      this.octets(rrsetOctets({ type, ttl, rdatas }));
    }
  }
}

function withInside(plan: Holder, inside: readonly SentPlan[]): SentPlan {
  const { of } = plan;
  if (!Array.isArray(of)) return { ...plan, of: inside[0] };
  return {
    ...plan,
    of: of.map((member, index) => ('plan' in member ? { ...member, plan: inside[index] } : inside[index])),
  };
}
