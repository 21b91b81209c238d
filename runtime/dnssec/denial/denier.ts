/** What proves that names and records are not there: see denial.ts for what is made here, presigned/ for what is not. */
import type { WireName } from '../../wire/name.ts';
import type { Proof } from './proof.ts';

/**
 * A `name` is `name[0..length)`, in lower case and in the zone, not below a delegation or a DNAME. TTLs are in seconds;
 * `ttlAtMost` is how long the answer that the proof stands in for would live. Records are added to a proof that the
 * caller begins.
 */
export interface Denier {
  /** RFC 4035 §3.1.3.2, RFC 5155 §7.2.2: neither the name is there nor a wildcard that could stand in for it. */
  nameError(name: Uint8Array, length: number, into: Proof): void;
  /** RFC 4035 §3.1.3.1, RFC 5155 §7.2.3 and §7.2.4: the name is there, and has nothing of that type. */
  noData(name: Uint8Array, length: number, type: number, ttlAtMost: number, into: Proof): void;
  /** RFC 4035 §3.1.3.4, RFC 5155 §7.2.5: a wildcard stands in for the name, and has nothing of that type. */
  wildcardNoData(
    name: Uint8Array,
    length: number,
    wildcard: WireName,
    type: number,
    ttlAtMost: number,
    into: Proof,
  ): void;
  /** RFC 4035 §3.1.3.3, RFC 5155 §7.2.6: a wildcard stands in for the name, as the name itself is not there. */
  wildcardAnswer(name: Uint8Array, length: number, into: Proof): void;
  /** RFC 4035 §3.1.4, RFC 5155 §7.2.7: a delegation, in any case, is to a zone that is not signed. */
  noDs(cut: WireName, into: Proof): void;
}
