/** How a version of a zone is signed: in this process, by keys from the ring and with the names of its image; or elsewhere. */
import { possibleTypes } from '../../dnssec/denial/chain.ts';
import { Denial } from '../../dnssec/denial/denial.ts';
import type { Denier } from '../../dnssec/denial/denier.ts';
import { presignedDenial } from '../../dnssec/presigned/presigned-denial.ts';
import { PresignedSignatures } from '../../dnssec/presigned/presigned-signatures.ts';
import { type PartTimes, partTimes } from '../../dnssec/signing/part-times.ts';
import { SignatureMemory } from '../../dnssec/signing/signature-memory.ts';
import type { SignatureSource } from '../../dnssec/signing/signature-source.ts';
import { SigningBudget } from '../../dnssec/signing/signing-budget.ts';
import { signingClock } from '../../dnssec/signing/signing-clock.ts';
import { ZoneSigner } from '../../dnssec/signing/zone-signer.ts';
import type { FailedSigning, SignedElsewhere, ZoneSigning } from '../../rpc/zone-signing.ts';
import type { WireName } from '../../wire/name.ts';
import type { Zone } from '../../zone/zone.ts';
import type { ZoneIndex } from '../../zone/zone-index.ts';
import { KeyRing } from './key-ring.ts';

export interface ServedSigning {
  readonly signatures: SignatureSource;
  readonly denial: Denier;
  /** What makes both; absent where the zone was signed elsewhere: no policy decides any of its names. */
  readonly made?: {
    readonly signer: ZoneSigner;
    readonly denial: Denial;
    /** When the signatures that control makes of all of the zone are due, and expire; absent where none are made. */
    readonly ofControl?: Pick<PartTimes, 'endsAt' | 'expiration'> | undefined;
  };
  /** When the first of the signatures end that were made elsewhere, in seconds since 1970. */
  readonly end?: number | undefined;
  /** Whether every denial is made for the name asked (RFC 9824), and every wildcard answers as if that name existed. */
  readonly isCompact: boolean;
  /**
   * By host: whether a wildcard decides by the name asked. What the trial did not see is learned from decisions, and
   * stays so.
   */
  readonly byName: boolean[];
  /** All types that the policy could answer at a host. */
  readonly hostTypes: (host: number) => readonly number[];
  /** All types that are or could be at a node. */
  readonly typesAt: (index: ZoneIndex, node: number) => readonly number[];
}

/** `failed`: the zone is to be signed, and cannot be: clients that want signatures get none of it. */
export type SigningOutcome = ServedSigning | 'failed';

/** All that signing takes in this process. */
export interface SigningParts {
  readonly keys: KeyRing;
  readonly memory: SignatureMemory;
  readonly budget: SigningBudget;
  /** Seconds since 1970. */
  readonly now?: () => number;
}

/** Octets of signatures that a process remembers. */
const MEMORY_OCTETS = 64 * 1_048_576;

/** The parts of a process that has no keys yet; `share` of its time may go into making signatures. */
export function signingParts(share: number, now = signingClock()): SigningParts {
  const [keys, memory, budget] = [
    new KeyRing(),
    new SignatureMemory(MEMORY_OCTETS),
    new SigningBudget(share),
  ];
  return { keys, memory, budget, now };
}

/** How a zone is signed; `undefined` where it is not, or cannot be. */
export function signedBy(outcome: SigningOutcome | undefined): ServedSigning | undefined {
  return outcome === 'failed' ? undefined : outcome;
}

/** The wildcard, where all names that it stands in for have the same answer, which is signed as the wildcard's. */
export function standIn(
  outcome: SigningOutcome | undefined,
  host: number,
  wildcard: WireName,
): WireName | undefined {
  const signing = signedBy(outcome);
  return signing !== undefined && standsAlone(signing, host) ? undefined : wildcard;
}

/** Whether a wildcard host's answers are those of the name asked alone (RFC 8198 §5.3). */
export function standsAlone({ isCompact, byName }: ServedSigning, host: number): boolean {
  return isCompact || byName[host] === true;
}

export function servedSigning(
  id: string,
  signing: ZoneSigning | FailedSigning | SignedElsewhere,
  zone: Pick<Zone<unknown>, 'origin' | 'index' | 'negativeTtl'>,
  { keys, memory, budget, now }: SigningParts,
): SigningOutcome {
  if ('failed' in signing) return 'failed';
  if ('elsewhere' in signing) return presigned(zone, signing);
  const held = signing.keys.flatMap(({ dnskey, signsKeys, signsZone }) => {
    const key = keys.get(id, dnskey);
    return key === undefined ? [] : [{ key, signsKeys, signsZone }];
  });
  // Fewer signatures than the DNSKEY set promises would be bogus to some resolvers (RFC 4035 §2.2).
  if (held.length < signing.keys.length || held.length === 0) return 'failed';
  const { origin, index, negativeTtl } = zone;
  const hostTypes = (host: number): readonly number[] => signing.hostTypes[host] ?? NO_TYPES;
  const { rules, wholeAt } = signing;
  const ofControl = wholeAt === undefined ? undefined : partTimes(origin, rules, wholeAt);
  const signer = new ZoneSigner({ origin, keys: held, rules, memory, budget, ...(now && { now }) });
  const denial = new Denial({ origin, index, negativeTtl, hostTypes });
  return {
    signatures: signer,
    denial,
    made: { signer, denial, ofControl },
    isCompact: signing.denial === 'compact',
    byName: [...signing.byName],
    hostTypes,
    typesAt: (of, node) => possibleTypes({ index: of, hostTypes }, node),
  };
}

function presigned(
  zone: Pick<Zone<unknown>, 'origin' | 'index' | 'negativeTtl'>,
  { end }: SignedElsewhere,
): ServedSigning {
  return {
    end,
    signatures: new PresignedSignatures(zone.index),
    denial: presignedDenial(zone),
    isCompact: false,
    byName: [],
    hostTypes: () => NO_TYPES,
    typesAt: (of, node) => [...of.types(node)],
  };
}

const NO_TYPES: readonly number[] = [];
