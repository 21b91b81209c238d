/**
 * Sections that many questions have in common, which are kept as octets (stencils.ts). What the records of a zone deny,
 * its chain proves by records that follow from where the name would be in it, and from the closest name above that is
 * there (RFC 4035 §3.1.3): all names with both in common are denied alike. So are all answered alike that a wildcard
 * stands in for with the same records, as its signatures do not say for which name (RFC 4035 §3.1.3.3). A flood of
 * names that nobody has asked for before costs a search in the order of the zone, and a copy.
 */
import type { Draft } from '../draft.ts';
import type { SectionSet } from '../sections.ts';
import type { ServedSigning } from '../zones/served-signing.ts';
import { Stencils } from './stencils.ts';

/** Of a process, at a kibibyte each. */
const STENCILS = 8192;
/** What is denied: a name below the node, the type at it, or the type at a name that it stands in for as a wildcard. */
const KIND = { NAME: 0, TYPE: 1, WILDCARD_TYPE: 2, WILDCARD_ANSWER: 3 } as const;
const KIND_BITS = 2;
/** The name is there, all of it. */
const NOTHING_MISSING = -1;
const NO_SET = 0;

/**
 * Turns to the stencil of a reply, where there may be one; returns whether it is there, and stands for all sections.
 * Whoever explains a reply sees how it is made.
 */
export function turnToStencil(draft: Draft, { made, isCompact }: ServedSigning): boolean {
  const { zone, name, nameLength, owner, sections, steps } = draft;
  // An alias that led here is in the answer.
  if (zone === undefined || made === undefined || isCompact || owner !== undefined) return false;
  if (steps !== undefined) return false;
  const isAnswer = draft.denial === undefined;
  if (!isAnswer && (!isByRecords(draft) || sections.answer.count > 0)) return false;
  const set = isAnswer ? setOfWildcard(draft) : NO_SET;
  if (isAnswer && set === NO_SET) return false;
  const { denial, signer } = made;
  stencils ??= new Stencils(STENCILS);
  sections.stencil = stencils;
  const place = zone.index.placeOf(name, nameLength);
  return stencils.turnTo(
    denial.number,
    signer.period,
    kindOf(draft),
    place,
    nameLength,
    missingAt(draft),
    set,
  );
}

/** What policies deny may be another matter a moment later. */
function isByRecords({ denial }: Draft): boolean {
  return denial === 'name' || denial === 'type';
}

/** No record of the proof depends on the type asked: only policies could answer another one (denial/chain.ts). */
function kindOf({ denial, found }: Draft): number {
  if (denial === 'name') return (found.encloser << KIND_BITS) | KIND.NAME;
  if (denial === undefined) return (found.node << KIND_BITS) | KIND.WILDCARD_ANSWER;
  return (found.node << KIND_BITS) | (found.wildcard ? KIND.WILDCARD_TYPE : KIND.TYPE);
}

function missingAt({ denial, found }: Draft): number {
  return denial === 'name' || found.wildcard ? found.missingAt : NOTHING_MISSING;
}

/**
 * A number for the records of an answer, which are all that is in it, and the wildcard's: there is nothing else in
 * it that a client or the world could vary. `NO_SET` for all other answers.
 */
function setOfWildcard({ found, referral, sections, zone }: Draft): number {
  const { answer, authority, additional, lacksGlue } = sections;
  if (!found.wildcard || referral !== undefined || answer.count !== 1) return NO_SET;
  if (authority.count > 0 || additional.count > 0 || lacksGlue) return NO_SET;
  const set = answer.at(0);
  // Names in other records are compressed by what the question is.
  if (set.wildcard === undefined || set.encoded === undefined) return NO_SET;
  // It has another order the next time.
  if (zone?.attachment.isCyclic === true && set.rdatas.length > 1) return NO_SET;
  return set.made === 'zone' ? set.type : numberOf(set.encoded, set);
}

interface Numbered {
  /** `NO_SET` until it is seen again. */
  readonly number: number;
  readonly ttl: number;
}

/**
 * What a policy decides is the same as before if its octets are, which are kept with the plan; of two TTLs the last
 * counts. What is decided for one query alone takes the place of nothing. No number is given twice.
 */
function numberOf(encoded: Uint8Array, { ttl }: SectionSet): number {
  const known = numbered.get(encoded);
  if (known?.ttl !== ttl) {
    numbered.set(encoded, { number: NO_SET, ttl });
    return NO_SET;
  }
  if (known.number !== NO_SET || lastNumber === LAST_NUMBER) return known.number;
  lastNumber += 1;
  numbered.set(encoded, { number: lastNumber, ttl });
  return lastNumber;
}

const numbered = new WeakMap<Uint8Array, Numbered>();
/** Above all types. */
let lastNumber = 0xffff;
const LAST_NUMBER = 0x7fff_ffff;
/** Made for the first signed zone. */
let stencils: Stencils | undefined;
