/**
 * Denials that many questions have in common. What the records of a zone deny, its chain proves by records that follow
 * from where the name would be in it, and from the closest name above that is there (RFC 4035 §3.1.3): all names with
 * both in common have the same sections, which are kept as octets (stencils.ts). A flood of names that nobody has asked
 * for before costs a search in the order of the zone, and a copy.
 */
import type { Draft } from '../draft.ts';
import type { ServedSigning } from '../zones/served-signing.ts';
import { Stencils } from './stencils.ts';

/** Of a process, at a kibibyte each. */
const STENCILS = 8192;
/** What is denied: a name below the node, the type at it, or the type at a name that it stands in for as a wildcard. */
const KIND = { NAME: 0, TYPE: 1, WILDCARD_TYPE: 2 } as const;
const KIND_BITS = 2;
/** The name is there, all of it. */
const NOTHING_MISSING = -1;

/**
 * Turns to the stencil of a denial, where there may be one; returns whether it is there, and stands for all sections.
 * Whoever explains a reply sees how it is made.
 */
export function turnToStencil(draft: Draft, { made, isCompact }: ServedSigning): boolean {
  const { zone, name, nameLength, owner, sections, steps } = draft;
  const isByRecords = draft.denial === 'name' || draft.denial === 'type';
  // An alias that led here is in the answer.
  if (!isByRecords || isCompact || owner !== undefined || sections.answer.count > 0) return false;
  if (zone === undefined || made === undefined || steps !== undefined) return false;
  const { denial, signer } = made;
  stencils ??= new Stencils(STENCILS);
  sections.stencil = stencils;
  const place = zone.index.placeOf(name, nameLength);
  return stencils.turnTo(denial.number, signer.period, kindOf(draft), place, nameLength, missingAt(draft));
}

/** No record of the proof depends on the type asked: only policies could answer another one (denial/chain.ts). */
function kindOf({ denial, found }: Draft): number {
  if (denial === 'name') return (found.encloser << KIND_BITS) | KIND.NAME;
  return (found.node << KIND_BITS) | (found.wildcard ? KIND.WILDCARD_TYPE : KIND.TYPE);
}

function missingAt({ denial, found }: Draft): number {
  return denial === 'name' || found.wildcard ? found.missingAt : NOTHING_MISSING;
}

/** Made for the first signed zone. */
let stencils: Stencils | undefined;
