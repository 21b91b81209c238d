/**
 * Signs the RRsets of one version of a zone when they are asked for, and finds what was signed before (RFC 4034 §3,
 * RFC 4035 §2.2). This file is long because finding, making and putting off share the set that is looked at.
 */
import { createHash } from 'node:crypto';
import { assert } from '../../base/assert.ts';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { canonicalName, type WireName } from '../../wire/name.ts';
import type { SigningKey } from '../keys/signing-key.ts';
import type { ReadySignatures } from '../presigned/ready-signatures.ts';
import { CanonicalSet } from './canonical-set.ts';
import { rrsigHead, setHead } from './rrsig-head.ts';
import type { SignatureMemory } from './signature-memory.ts';
import type { SignatureShare } from './signature-share.ts';
import type { SignatureSource } from './signature-source.ts';
import { type SignatureRules, type SignatureTimes, SKEW, signatureTimes } from './signature-times.ts';
import type { SigningBudget } from './signing-budget.ts';

/** After a period, its signatures stand in for those there is no time to make: seconds, or a part of the refresh. */
const GRACE = 86_400;
const GRACE_PART = 1 / 4;

/** A key of a zone. One that signs keys signs DNSKEY, CDS and CDNSKEY at the apex; a CSK signs all sets. */
export interface ZoneKey {
  readonly key: SigningKey;
  readonly signsKeys: boolean;
  readonly signsZone: boolean;
}

export interface ZoneSignerOptions {
  readonly origin: WireName;
  /** At least one signs keys, and one the zone. */
  readonly keys: readonly ZoneKey[];
  readonly rules: SignatureRules;
  readonly memory: SignatureMemory;
  readonly budget: SigningBudget;
  /** Seconds since 1970. */
  readonly now?: () => number;
}

/** What makes the signatures of one key in one period. */
interface Pen {
  readonly head: Uint8Array;
  readonly sign: (octets: Uint8Array) => Uint8Array;
}

interface Period {
  readonly times: SignatureTimes;
  readonly share: SignatureShare;
  readonly forKeys: readonly Pen[];
  readonly forZone: readonly Pen[];
}

/** All signers work with the same memory, one set at a time. */
const set = new CanonicalSet();

export class ZoneSigner implements SignatureSource {
  readonly #options: ZoneSignerOptions;
  readonly #origin: WireName;
  readonly #now: () => number;
  #current: Period;
  /** The period before, while its signatures may stand in. */
  #before: Period | undefined;
  /** Outside of these times there is another period, or nothing stands in any more. */
  #from = 0;
  #until = 0;
  #turns = 0;
  #ready: ReadySignatures | undefined;

  constructor(options: ZoneSignerOptions) {
    const { keys } = options;
    assert(
      keys.some(({ signsKeys }) => signsKeys) && keys.some(({ signsZone }) => signsZone),
      'every set has a key',
    );
    this.#options = options;
    this.#origin = canonicalName(options.origin);
    this.#now = options.now ?? (() => Math.floor(Date.now() / 1000));
    const now = this.#now();
    this.#current = this.#begin(signatureTimes(this.#origin, options.rules, now));
    this.#before = this.#stillOpen();
    this.#limit(now);
  }

  /**
   * Changes when signatures are made anew, and again when no older ones stand in any more: what was kept
   * before is not to be served for much longer.
   */
  get period(): number {
    this.#look();
    return this.#turns;
  }

  /** Those of signatures made now. */
  get times(): SignatureTimes {
    this.#look();
    return this.#current.times;
  }

  /** When the first of the signatures that it may hand out expire. */
  get expiration(): number {
    this.#look();
    const { expiration } = (this.#before ?? this.#current).times;
    return Math.min(expiration, this.#ready?.expiration ?? expiration);
  }

  /** Takes what control has signed: it goes first, for a while beyond the time at which it is due to be made anew. */
  take(ready: ReadySignatures): void {
    this.#ready = ready;
    this.#limit(this.#now());
  }

  /**
   * RRSIG RDATAs of an RRset, one by each key that signs it; whoever keeps them for long copies them.
   * `owner[0..length)` is in lower case, and the wildcard where a wildcard stands in. `ttl` is the original
   * TTL. `undefined`: there are none, and no time to make them, which only happens where `mayPutOff`.
   */
  signatures(
    owner: Uint8Array,
    length: number,
    type: number,
    ttl: number,
    rdatas: readonly Uint8Array[],
    mayPutOff: boolean,
  ): readonly Uint8Array[] | undefined {
    this.#look();
    const { memory, budget } = this.#options;
    const ready = this.#ready?.find(owner, length, type, ttl, rdatas);
    if (ready !== undefined) {
      memory.found += 1;
      return ready;
    }
    const pens = this.#pensFor(length, type);
    set.write(owner, length, type, ttl, rdatas);
    const found = memory.find(this.#current.share, set, pens.length);
    if (found !== undefined) {
      memory.found += 1;
      return found;
    }
    return mayPutOff && !budget.hasTime ? this.#standIn(pens.length) : this.#make(pens);
  }

  /** Whether the signatures of a set are there. The same arguments. */
  isSigned(
    owner: Uint8Array,
    length: number,
    type: number,
    ttl: number,
    rdatas: readonly Uint8Array[],
  ): boolean {
    this.#look();
    if (this.#ready?.find(owner, length, type, ttl, rdatas) !== undefined) return true;
    set.write(owner, length, type, ttl, rdatas);
    const { length: count } = this.#pensFor(length, type);
    return this.#options.memory.find(this.#current.share, set, count) !== undefined;
  }

  /** Makes signatures that will be asked for; returns whether there were none. The same arguments. */
  prepare(
    owner: Uint8Array,
    length: number,
    type: number,
    ttl: number,
    rdatas: readonly Uint8Array[],
  ): boolean {
    if (this.isSigned(owner, length, type, ttl, rdatas)) return false;
    this.#make(this.#pensFor(length, type), true);
    return true;
  }

  /** Gives up signatures of an earlier version that this one did not ask for so far. */
  settle(): void {
    this.#options.memory.settle(this.#current.share);
  }

  /** The version is retired. The next one's signer is there by now, or all signatures are given up. */
  close(): void {
    this.#options.memory.release(this.#current.share);
    this.#drop();
  }

  #pensFor(length: number, type: number): readonly Pen[] {
    const isOfKeys = isSetOfKeys(this.#origin.length, length, type);
    return isOfKeys ? this.#current.forKeys : this.#current.forZone;
  }

  /** Those of the period before, which have not expired. */
  #standIn(count: number): readonly Uint8Array[] | undefined {
    const { memory, budget } = this.#options;
    const found = this.#before && memory.find(this.#before.share, set, count);
    if (found === undefined) budget.putOff += 1;
    else memory.found += 1;
    return found;
  }

  #make(pens: readonly Pen[], isAhead = false): readonly Uint8Array[] {
    const { memory, budget } = this.#options;
    const rdatas = pens.map(({ head, sign }) => {
      setHead(head, set);
      const signature = budget.sign(sign, set.signedOctets(head), isAhead);
      const rdata = new Uint8Array(head.length + signature.length);
      rdata.set(head);
      rdata.set(signature, head.length);
      return rdata;
    });
    memory.add(this.#current.share, set, rdatas);
    return rdatas;
  }

  #look(): void {
    const now = this.#now();
    if (now < this.#from || now >= this.#until) this.#turn(now);
  }

  #turn(now: number): void {
    const { rules } = this.#options;
    const times = signatureTimes(this.#origin, rules, now);
    const { inception, expiration } = this.#current.times;
    this.#drop();
    if (times.inception !== inception || times.expiration !== expiration) {
      this.#before = this.#current;
      this.#current = this.#begin(times);
    }
    this.#limit(now);
    this.#turns += 1;
  }

  /** Sets the times between which all stays as it is. */
  #limit(now: number): void {
    const { refresh } = this.#options.rules;
    const { times } = this.#current;
    this.#from = times.inception;
    this.#until = times.endsAt;
    const grace = Math.min(GRACE, refresh * GRACE_PART);
    if (this.#ready !== undefined) {
      const end = this.#ready.endsAt + grace;
      if (end <= now) this.#ready = undefined;
      else this.#until = Math.min(this.#until, end);
    }
    if (this.#before === undefined) return;
    const last = this.#before.times;
    const end = last.endsAt + grace;
    // The clock may have been set, or the machine may have slept.
    if (last.inception > now || end <= now) this.#drop();
    else this.#until = Math.min(this.#until, end);
  }

  /** The period before this one, where another version of the zone has signatures of it. */
  #stillOpen(): Period | undefined {
    const { rules, memory } = this.#options;
    const times = signatureTimes(this.#origin, rules, this.#current.times.inception + SKEW - 1);
    return memory.has(this.#identity(times)) ? this.#begin(times) : undefined;
  }

  #drop(): void {
    if (this.#before !== undefined) this.#options.memory.release(this.#before.share);
    this.#before = undefined;
  }

  #begin(times: SignatureTimes): Period {
    const { keys, memory } = this.#options;
    const pensOf = (chosen: readonly ZoneKey[]): Pen[] =>
      chosen.map(({ key }) => ({
        head: rrsigHead(this.#origin, key, times),
        sign: (octets) => key.sign(octets),
      }));
    return {
      times,
      share: memory.open(this.#identity(times)),
      forKeys: pensOf(keys.filter(({ signsKeys }) => signsKeys)),
      forZone: pensOf(keys.filter(({ signsZone }) => signsZone)),
    };
  }

  /** All that signatures follow from but their sets. */
  #identity({ inception, expiration }: SignatureTimes): string {
    const hash = createHash('sha256').update(this.#origin).update(`${inception} ${expiration}`);
    for (const { key, signsKeys, signsZone } of this.#options.keys) {
      hash.update(`${key.dnskey.length} ${signsKeys} ${signsZone}`).update(key.dnskey);
    }
    return hash.digest('latin1');
  }
}

/** Whether a set of a zone is one of those that keys for keys sign; lengths are of the names of the zone and of the owner. */
export function isSetOfKeys(ofZone: number, ofOwner: number, type: number): boolean {
  return ofOwner === ofZone && KEY_TYPES.has(type);
}

const KEY_TYPES: ReadonlySet<number> = new Set([RRTYPE.DNSKEY, RRTYPE.CDS, RRTYPE.CDNSKEY]);
