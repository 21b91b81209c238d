/**
 * Finds what a zone has for a name and a type: one of the closed outcomes below.
 *
 * The walk goes down from the zone's own name, label by label (RFC 1034 §4.3.2 step 3): past a
 * delegation or a DNAME (RFC 6672 §3.2) it goes no further, and where it ends short of the name, a wildcard
 * may stand in (RFC 4592 §3.3.1). It makes no strings and allocates nothing: it runs for every query.
 */
import { assert } from '../base/assert.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { isAtOrBelow, MAX_NAME_LENGTH, type WireName, writeLowerCase } from '../wire/name.ts';
import type { RRset } from '../wire/record.ts';
import { findLabels, MAX_LABELS, NO_NODE } from './label-tree.ts';
import type { Zone } from './zone.ts';
import { APEX, type ZoneIndex } from './zone-index.ts';

export type LookupOutcome =
  /** `rrset` is the answer. */
  | 'answer'
  /** `rrset` is a CNAME, and the answer is at its target. */
  | 'cname'
  /** `rrset` is a DNAME above the name, and the answer is at the name it rewrites the name to. */
  | 'dname'
  /** The name exists, and has no records of that type (RFC 2308 §2.2). */
  | 'nodata'
  /** The name does not exist, nor does any below it (RFC 8020). */
  | 'nxdomain'
  /** Other servers answer for the name: those in `cut`. */
  | 'delegation'
  /** A policy decides, as host `hostIndex`. */
  | 'policy';

/** The result of a lookup; all lookups reuse one object. */
export class Lookup {
  outcome: LookupOutcome = 'nxdomain';
  rrset: RRset | undefined;
  /** The NS RRset of a delegation. */
  cut: RRset | undefined;
  hostIndex = NO_NODE;
  /** The node of the name, or of the wildcard that stands in; NO_NODE where neither settles the outcome. */
  node = NO_NODE;
  /** Of a name that does not exist: the closest node above it that is there, and where in the name the label below begins. */
  encloser = NO_NODE;
  missingAt = 0;
  /** Octets of the name before the owner of the DNAME, which the DNAME keeps. */
  prefixLength = 0;
  /** The name does not exist and a wildcard stands in: the owner of `rrset` is then not the query name. */
  wildcard = false;
}

/**
 * Looks up `name[0..nameLength)`, which is in lower case and at or below the zone's own name.
 * At one name, static records of the type asked for go before a policy, and a policy
 * before a CNAME. ANY asks for any one RRset (RFC 8482 §4.1).
 */
export function lookup(
  zone: Zone<unknown>,
  name: WireName,
  nameLength: number,
  type: number,
  into: Lookup,
): void {
  const { index, origin } = zone;
  into.rrset = undefined;
  into.cut = undefined;
  into.hostIndex = NO_NODE;
  into.node = NO_NODE;
  into.wildcard = false;
  let depth = findLabels(name, nameLength - origin.length, starts);
  assert(depth !== NO_NODE, 'The name is in the zone');
  let node = APEX;
  let cut = index.cut(node);
  while (depth > 0) {
    if (cut?.type === RRTYPE.DNAME) {
      into.outcome = 'dname';
      into.rrset = cut;
      into.prefixLength = nameLength - cut.owner.length;
      return;
    }
    const start = starts[--depth] ?? 0;
    const child = index.child(node, name, start);
    if (child === NO_NODE) {
      into.encloser = node;
      into.missingAt = start;
      settleMissing(index, node, type, into);
      return;
    }
    node = child;
    cut = index.cut(node);
    // RFC 4035 §3.1.4.1: the parent answers the DS of a delegation.
    if (cut?.type === RRTYPE.NS && (depth > 0 || type !== RRTYPE.DS)) {
      into.outcome = 'delegation';
      into.cut = cut;
      return;
    }
  }
  settle(index, node, type, into);
}

/** The RRset of a type that answers a name, a wildcard's included. The name may be in any case. */
export function recordsAt(zone: Zone<unknown>, name: WireName, type: number): RRset | undefined {
  if (!isAtOrBelow(name, zone.origin)) return undefined;
  writeLowerCase(name, lower);
  lookup(zone, lower, name.length, type, looked);
  return looked.outcome === 'answer' ? looked.rrset : undefined;
}

/** The RRset of a type at a name, below delegations too: addresses of name servers. */
export function glueAt(zone: Zone<unknown>, name: WireName, type: number): RRset | undefined {
  const node = zone.index.find(name);
  return node === NO_NODE ? recordsAt(zone, name, type) : zone.index.rrset(node, type);
}

/** Whether there are records of any type at a name. */
export function holdsRecords({ index }: Zone<unknown>, name: WireName): boolean {
  const node = index.find(name);
  return node !== NO_NODE && index.rrset(node, RRTYPE.ANY) !== undefined;
}

/**
 * Whether there are records at a name, or names below it. Too slow for each query: it may look at all names.
 */
export function holdsAnything(zone: Zone<unknown>, name: WireName): boolean {
  const node = zone.index.find(name);
  return holdsRecords(zone, name) || (node !== NO_NODE && zone.index.hasNamesBelow(node));
}

/** Scratch memory: no call leaves anything in it for another. */
const starts = new Uint8Array(MAX_LABELS);
const lower = new Uint8Array(MAX_NAME_LENGTH);
const looked = new Lookup();

/** RFC 4592 §3.3.1: only the wildcard of the closest encloser counts, even if it has no such type. */
function settleMissing(index: ZoneIndex, encloser: number, type: number, into: Lookup): void {
  const source = index.wildcard(encloser);
  if (source === NO_NODE) {
    into.outcome = 'nxdomain';
    return;
  }
  into.wildcard = true;
  settle(index, source, type, into);
}

function settle(index: ZoneIndex, node: number, type: number, into: Lookup): void {
  into.node = node;
  const rrset = index.rrset(node, type);
  if (rrset !== undefined) {
    into.outcome = 'answer';
    into.rrset = rrset;
    return;
  }
  into.hostIndex = index.host(node);
  if (into.hostIndex !== NO_NODE) {
    into.outcome = 'policy';
    return;
  }
  into.rrset = index.rrset(node, RRTYPE.CNAME);
  into.outcome = into.rrset === undefined ? 'nodata' : 'cname';
}
