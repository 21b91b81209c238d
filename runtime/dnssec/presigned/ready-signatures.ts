/** The signatures of a zone that control has signed for all processes. */
import { NO_NODE } from '../../zone/label-tree.ts';
import type { ZoneIndex } from '../../zone/zone-index.ts';

export class ReadySignatures {
  /** The zone with its signatures. */
  readonly index: ZoneIndex;
  /** When they should have been made anew, and when the first of them expire: seconds since 1970. */
  readonly endsAt: number;
  readonly expiration: number;

  constructor(index: ZoneIndex, { endsAt, expiration }: Pick<ReadySignatures, 'endsAt' | 'expiration'>) {
    this.index = index;
    this.endsAt = endsAt;
    this.expiration = expiration;
  }

  /** RRSIG RDATAs of a set; `undefined` if the zone was signed without it: a denial may be for one name. */
  find(
    owner: Uint8Array,
    length: number,
    type: number,
    ttl: number,
    rdatas: readonly Uint8Array[],
  ): readonly Uint8Array[] | undefined {
    const node = this.index.find(length === owner.length ? owner : owner.subarray(0, length));
    const set = node === NO_NODE ? undefined : this.index.rrset(node, type);
    if (set?.ttl !== ttl || !isRotation(set.rdatas, rdatas)) return undefined;
    return this.index.signatures(node, type)?.rdatas;
  }
}

/** Whether these are the same in the same order, from whichever of them on. */
function isRotation(ours: readonly Uint8Array[], theirs: readonly Uint8Array[]): boolean {
  const { length } = ours;
  const [first] = theirs;
  if (first === undefined || theirs.length !== length) return false;
  const from = ours.findIndex((one) => Buffer.compare(one, first) === 0);
  if (from < 0) return false;
  return theirs.every((one, at) => Buffer.compare(one, ours[(from + at) % length] ?? first) === 0);
}
