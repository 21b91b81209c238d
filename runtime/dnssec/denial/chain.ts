/**
 * The NSEC records of a zone, one for each name that has records or a policy, each with the name after it;
 * the last one leads back to the zone's own name (RFC 4034 §4.1.1). They are made when they are needed.
 */
import { RRTYPE } from '../../wire/iana/rrtype.ts';
import { MAX_NAME_LENGTH, type WireName } from '../../wire/name.ts';
import { NO_NODE } from '../../zone/label-tree.ts';
import type { ZoneIndex } from '../../zone/zone-index.ts';
import { makeNsec, type Nsec } from './nsec.ts';
import { NsecMemory } from './nsec-memory.ts';

export interface DeniableZone {
  /** In lower case. */
  readonly origin: WireName;
  readonly index: ZoneIndex;
  /** The lower of the SOA's TTL and its minimum: the TTL of an NSEC (RFC 9077 §3.1). */
  readonly negativeTtl: number;
  /** All types that the policy could answer at a host, CNAME among them where it could be one. */
  readonly hostTypes: (hostIndex: number) => readonly number[];
}

/** The NSEC records of a zone by their places in its order. */
export interface Chain {
  at(place: number): Nsec;
  without(type: number, place: number): Nsec;
}

export class NsecChain implements Chain {
  readonly #zone: DeniableZone;
  /** No other version of a zone has it. */
  readonly number = memory.enter();

  constructor(zone: DeniableZone) {
    this.#zone = zone;
  }

  /** The record at a place in the zone's order. */
  at(place: number): Nsec {
    return memory.get(this.number, place, NOTHING) ?? this.#make(place, NOTHING);
  }

  /**
   * The record for a name that has nothing of the type asked. Static records are there or not; where a policy could
   * answer that type, or an alias, at another time, the record lacks both (RFC 4035 §5.4), and nothing else.
   */
  without(type: number, place: number): Nsec {
    const { index } = this.#zone;
    if (index.host(index.nodeAt(place)) === NO_NODE) return this.at(place);
    return memory.get(this.number, place, type) ?? this.#make(place, type);
  }

  #make(place: number, lacks: number): Nsec {
    const { index } = this.#zone;
    const owner = nameOf(index, index.nodeAt(place), ownerRoom);
    const next = nameOf(index, index.nodeAt((place + 1) % index.orderedCount), nextRoom);
    const types = possibleTypes(this.#zone, index.nodeAt(place));
    const nsec =
      lacks === NOTHING
        ? makeNsec('chain', owner, next, types)
        : makeNsec('reduced', owner, next, typesBut(types, lacks));
    memory.put(this.number, place, lacks, nsec);
    return nsec;
  }
}

/** All types that are or could be at a node. */
export function possibleTypes(
  { index, hostTypes }: Pick<DeniableZone, 'index' | 'hostTypes'>,
  node: number,
): readonly number[] {
  const types = [...index.types(node)];
  // RFC 4035 §2.3: the rest at a delegation is glue, for which the zone does not speak.
  if (index.cut(node)?.type === RRTYPE.NS)
    return types.filter((type) => type === RRTYPE.NS || type === RRTYPE.DS);
  const host = index.host(node);
  return host === NO_NODE ? types : [...types, ...hostTypes(host)];
}

/** All types but the one asked for, and CNAME: a name with an alias would have been answered with it. */
export function typesBut(types: readonly number[], asked: number): number[] {
  return types.filter((type) => type !== asked && type !== RRTYPE.CNAME);
}

function nameOf(index: ZoneIndex, node: number, room: Uint8Array): WireName {
  return room.subarray(0, index.writeName(node, room));
}

const memory = new NsecMemory();
/** No type: a record that lacks none. */
const NOTHING = -1;
/** Scratch memory: no call leaves anything in it for another. */
const ownerRoom = new Uint8Array(MAX_NAME_LENGTH);
const nextRoom = new Uint8Array(MAX_NAME_LENGTH);
