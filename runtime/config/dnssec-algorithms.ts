/** The algorithms in which keys are made, and why others are not. */
import { fail, ok, type Result } from '../base/result.ts';
import { suggest } from '../base/suggest.ts';
import { DNSSEC_ALGORITHMS, MUST_NOT_SIGN } from '../wire/iana/dnssec-algorithm.ts';

/** ECDSA P-256 with SHA-256 (RFC 6605), or Ed25519 (RFC 8080). */
export type MadeAlgorithm = 13 | 15;

/** The algorithm of a name or number; or why no keys are made in it, to end a sentence about the setting. */
export function madeAlgorithm(written: string | number): Result<MadeAlgorithm> {
  const text = String(written).trim().toUpperCase();
  const [name, number] =
    Object.entries(DNSSEC_ALGORITHMS).find(([name, number]) => text === name || text === String(number)) ??
    [];
  if (number === 13 || number === 15) return ok(number);
  if (name === undefined || number === undefined) {
    const meant = suggest(text, MADE);
    return fail(`must be one of ${MADE.join(', ')}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`);
  }
  const reason = MUST_NOT_SIGN.get(number) ?? NOT_MADE.get(number) ?? UNKNOWN;
  return fail(`must be one of ${MADE.join(', ')}: ${name} (${number}) ${reason}`);
}

const MADE = ['ECDSAP256SHA256', 'ED25519'] as const;
const UNKNOWN = 'is no algorithm for the signatures of a public zone';

const RARE = 'is not known to enough resolvers (RFC 9904)';

/** Why no keys are made in algorithms in which zones may be signed. */
const NOT_MADE: ReadonlyMap<number, string> = new Map([
  [8, 'has signatures four times as long; keys of it can be imported, and are not made'],
  [10, 'has signatures four times as long and gains nothing by them'],
  [14, 'gains nothing over ECDSAP256SHA256 that a zone could use'],
  [16, RARE],
  [17, RARE],
  [23, RARE],
]);
