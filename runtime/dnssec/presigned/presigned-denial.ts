/** How a zone that came signed proves that something is not there: by the chain it has. */
import type { DeniableZone } from '../denial/chain.ts';
import { Denial } from '../denial/denial.ts';
import type { Denier } from '../denial/denier.ts';
import { HashedDenial } from './hashed-denial.ts';
import { parametersOf } from './nsec3-hash.ts';
import { PresignedChain } from './presigned-chain.ts';

export function presignedDenial(zone: Pick<DeniableZone, 'origin' | 'index' | 'negativeTtl'>): Denier {
  const { origin, index, negativeTtl } = zone;
  const parameters =
    index.hashed.count > 0 ? parametersOf(index.hashed.at(0).rdatas[0] ?? NOTHING) : undefined;
  // A zone that goes from one to the other has both; the one that it had before is complete (RFC 5155 §10.4, §10.5).
  if (index.orderedCount > 0)
    return new Denial({ origin, index, negativeTtl, hostTypes: () => [] }, new PresignedChain(index));
  return parameters === undefined ? NOTHING_PROVEN : new HashedDenial(zone, parameters);
}

const NOTHING = new Uint8Array();
const nothing = (): void => {};
const NOTHING_PROVEN: Denier = {
  nameError: nothing,
  noData: nothing,
  wildcardNoData: nothing,
  wildcardAnswer: nothing,
  noDs: nothing,
};
