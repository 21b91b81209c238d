/** Finds the signatures that a zone came with. */
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { lowerCase } from '../../wire/name.ts';
import { NO_NODE } from '../../zone/label-tree.ts';
import type { ZoneIndex } from '../../zone/zone-index.ts';
import type { SignatureSource } from '../signing/signature-source.ts';

export class PresignedSignatures implements SignatureSource {
  readonly #index: ZoneIndex;

  constructor(index: ZoneIndex) {
    this.#index = index;
  }

  /** None where the zone has none: what is missing is told when the zone is loaded. */
  signatures(owner: Uint8Array, length: number, type: number): readonly Uint8Array[] {
    if (type === RRTYPE.NSEC3) return this.#ofHash(owner);
    const node = this.#index.find(length === owner.length ? owner : owner.subarray(0, length));
    return (node === NO_NODE ? undefined : this.#index.signatures(node, type))?.rdatas ?? NONE;
  }

  #ofHash(owner: Uint8Array): readonly Uint8Array[] {
    const { hashed } = this.#index;
    const length = owner[0] ?? 0;
    for (let at = 0; at < length; at++) label[at] = lowerCase(owner[1 + at] ?? 0);
    const place = hashed.placeOf(label, 0, length);
    return (place < 0 ? undefined : hashed.signatures(place))?.rdatas ?? NONE;
  }
}

const NONE: readonly Uint8Array[] = [];
/** Scratch memory: no call leaves anything in it for another. */
const label = new Uint8Array(63);
