/**
 * Signs all of a zone at once, for all processes: each set, and the whole chain of NSEC records (RFC 4035 §2). What is
 * signed already stays as it is: ECDSA would make another signature of the same each time.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { RecordPack } from '../../zone/record-pack.ts';
import type { Zone } from '../../zone/zone.ts';
import { draftZone } from '../../zone/zone-draft.ts';
import { imageOf, tablesIn, type ZoneImage } from '../../zone/zone-image.ts';
import { ZoneIndex } from '../../zone/zone-index.ts';
import { Denial } from '../denial/denial.ts';
import { isSignatureOf } from '../keys/algorithms.ts';
import { CanonicalSet } from './canonical-set.ts';
import { type PartTimes, partTimes, timesOfSet } from './part-times.ts';
import { rrsigHead, setHead } from './rrsig-head.ts';
import type { SetToSign } from './sign-ahead.ts';
import type { SignatureRules, SignatureTimes } from './signature-times.ts';
import { staticSets } from './static-sets.ts';
import { isSetOfKeys, type ZoneKey } from './zone-signer.ts';

/** Milliseconds of work without a break. */
const SLICE_MS = 2;

export interface WholeSigning {
  /** At least one signs keys, and one the zone. */
  readonly keys: readonly ZoneKey[];
  readonly rules: SignatureRules;
  /** The time as of which signatures are made, in seconds since 1970. */
  readonly at: number;
}

/**
 * The image of a zone with all of its signatures, no policy of which decides any name. `before` has the records of an
 * earlier version, whose signatures are kept where they are those that would be made now.
 */
export async function signedImage(
  zone: Zone<unknown>,
  signing: WholeSigning,
  before?: RecordPack,
): Promise<ZoneImage> {
  const signer = new WholeSigner(zone, signing, before);
  const records = RecordPack.of(zone.index.records());
  let until = performance.now() + SLICE_MS;
  for (const { owner, type, ttl, rdatas } of setsOf(zone)) {
    if (type === RRTYPE.NSEC) for (const rdata of rdatas) records.add(owner, type, ttl, rdata);
    const signatures = signer.signatures({ owner, type, ttl, rdatas });
    for (const rdata of signatures) records.add(owner, RRTYPE.RRSIG, ttl, rdata);
    if (performance.now() < until) continue;
    await nextTurn();
    until = performance.now() + SLICE_MS;
  }
  return imageOf(draftZone(zone.origin, records, []).tables);
}

/** All that is signed. */
function* setsOf(zone: Zone<unknown>): Generator<SetToSign> {
  yield* staticSets(zone.index);
  const { negativeTtl } = zone;
  const denial = new Denial({ ...zone, index: zone.index, negativeTtl, hostTypes: () => [] });
  // RFC 9077 §3.1.
  for (const { owner, rdatas } of denial.records())
    yield { owner, type: RRTYPE.NSEC, ttl: negativeTtl, rdatas };
}

class WholeSigner {
  readonly #zone: Zone<unknown>;
  readonly #keys: readonly ZoneKey[];
  readonly #times: PartTimes;
  readonly #before: ZoneIndex | undefined;
  /** Of a key: whether it made the signatures of the version before that are said to be its. */
  readonly #isMaker = new Map<ZoneKey, boolean>();

  constructor(zone: Zone<unknown>, { keys, rules, at }: WholeSigning, before: RecordPack | undefined) {
    this.#zone = zone;
    this.#keys = keys;
    this.#times = partTimes(zone.origin, rules, at);
    this.#before =
      before && new ZoneIndex(zone.origin, tablesIn(imageOf(draftZone(zone.origin, before, []).tables)));
  }

  signatures({ owner, type, ttl, rdatas }: SetToSign): Uint8Array[] {
    const isOfKeys = isSetOfKeys(this.#zone.origin.length, owner.length, type);
    const times = isOfKeys ? this.#times.ofKeys : timesOfSet(this.#times, owner, type);
    set.write(owner, owner.length, type, ttl, rdatas);
    const kept = this.#keptOf(owner, type);
    return this.#keys
      .filter(({ signsKeys, signsZone }) => (isOfKeys ? signsKeys : signsZone))
      .map((key) => this.#signature(key, times, kept));
  }

  #signature(key: ZoneKey, times: SignatureTimes, kept: readonly Uint8Array[]): Uint8Array {
    const head = rrsigHead(this.#zone.origin, key.key, times);
    setHead(head, set);
    const old = kept.find((rdata) => Buffer.compare(rdata.subarray(0, head.length), head) === 0);
    if (old !== undefined && this.#hasMade(key, head, old)) return old;
    const signature = key.key.sign(set.signedOctets(head));
    const rdata = new Uint8Array(head.length + signature.length);
    rdata.set(head);
    rdata.set(signature, head.length);
    return rdata;
  }

  /** Two keys may have one tag. The first signature is verified, and stands for all of its key. */
  #hasMade(key: ZoneKey, head: Uint8Array, rdata: Uint8Array): boolean {
    let isMaker = this.#isMaker.get(key);
    isMaker ??= isSignatureOf(key.key.dnskey, set.signedOctets(head), rdata.subarray(head.length));
    this.#isMaker.set(key, isMaker);
    return isMaker;
  }

  /** The signatures that the set had before, if it is the same. */
  #keptOf(owner: Uint8Array, type: number): readonly Uint8Array[] {
    const node = this.#before?.find(owner);
    const old = node === undefined ? undefined : this.#before?.rrset(node, type);
    if (node === undefined || old === undefined) return NONE;
    other.write(owner, owner.length, type, old.ttl, old.rdatas);
    const isSame =
      Buffer.compare(other.octets.subarray(0, other.length), set.octets.subarray(0, set.length)) === 0;
    return (isSame ? this.#before?.signatures(node, type)?.rdatas : undefined) ?? NONE;
  }
}

const NONE: readonly Uint8Array[] = [];
/** Scratch memory: no call leaves anything in it for another. */
const set = new CanonicalSet();
const other = new CanonicalSet();
