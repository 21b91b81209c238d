/**
 * What a memo is made of. A branch is the next fact that a policy reads, with an edge for each value it
 * had; a leaf is a plan. Where an edge is missing stands the decision that is being made for want of it.
 */

import { randomInt } from 'node:crypto';
import { OCTETS } from '../../plan/octets.ts';
import type { Plan } from '../../plan/plan.ts';
import type { FactValue } from '../../rpc/plan.ts';
import type { Fact, PastRead } from '../facts/fact.ts';
import type { ReadFacts } from '../facts/facts.ts';
import { subnetKeyOf, subnetOfKey } from '../facts/subnet-key.ts';
import { branchOctets, edgeOctets, LEAF } from './memo-octets.ts';

/** What is asked: a host of the policy, the name where the host is a wildcard, and a type. */
export interface MemoQuestion {
  readonly host: number;
  readonly type: number;
  readonly isWildcard: boolean;
  /** Lower case; only the first `nameLength` octets count. */
  readonly name: Uint8Array;
  readonly nameLength: number;
}

/** A decision on its way, for one query and for those that wait to see whether it is theirs as well. */
export interface Flight {
  /** Of the query it is made for; performance.now() milliseconds. */
  readonly arrivedAt: number;
  /** To be told of its end, and whether it is remembered. */
  readonly waiting: ((isRemembered: boolean) => void)[];
}

/** A place from which edges lead on. */
abstract class Fork {
  /** By the edge that is missing. There are none at nearly all forks, nearly all the time. */
  #flights: Map<FactValue, Flight> | undefined;
  /** Whether what was last decided for want of an edge here could be remembered; if not, it helps nobody to wait for others. */
  isPromising = true;

  flight(value: FactValue): Flight | undefined {
    return this.#flights?.get(value);
  }

  /** In place of one that goes on for itself, if there is one. */
  begin(value: FactValue, flight: Flight): void {
    this.#flights ??= new Map();
    this.#flights.set(value, flight);
  }

  end(value: FactValue, flight: Flight): void {
    if (this.flight(value) !== flight) return;
    this.#flights?.delete(value);
    if (this.#flights?.size === 0) this.#flights = undefined;
  }
}

/** Before the first read for one host. */
export class Root extends Fork {
  child: Node | undefined;

  get(): Node | undefined {
    return this.child;
  }

  set(_value: FactValue, child: Node): void {
    this.child = child;
  }

  delete(): void {
    this.child = undefined;
  }
}

export type Parent = Root | Branch;
export type Node = Branch | Leaf;

/** Where a node hangs. */
export interface Edge {
  readonly parent: Parent;
  /** Of the fact at the parent; where that is the name, the hash of it, and where it is the network, its key. */
  readonly value: FactValue;
  /** The name, where the fact is the name. */
  readonly name: Uint8Array | undefined;
}

export class Branch extends Fork {
  readonly fact: Fact;
  readonly edge: Edge;
  readonly octets: number;
  readonly #edges = new Map<FactValue, Node>();

  constructor(fact: Fact, edge: Edge) {
    super();
    this.fact = fact;
    this.edge = edge;
    this.octets = branchOctets(fact) + octetsOf(edge);
  }

  /** Where this query goes from here. */
  follow(question: MemoQuestion, facts: ReadFacts): Node | undefined {
    const node = this.#edges.get(this.valueFor(question, facts));
    return node === undefined || isFor(node, question) ? node : undefined;
  }

  /** What leads this query on, whether or not there is such an edge. */
  valueFor(question: MemoQuestion, facts: ReadFacts): FactValue {
    const { fact } = this;
    if (fact.kind === 'type') return question.type;
    if (fact.kind === 'name') return nameHash(question);
    if (fact.kind !== 'subnet') return facts.value(fact);
    return facts.subnetKey?.() ?? subnetKeyOf(facts.value(fact));
  }

  get(value: FactValue): Node | undefined {
    return this.#edges.get(value);
  }

  set(value: FactValue, child: Node): void {
    this.#edges.set(value, child);
  }

  delete(value: FactValue): void {
    this.#edges.delete(value);
  }

  get children(): Iterable<Node> {
    return this.#edges.values();
  }

  get isEmpty(): boolean {
    return this.#edges.size === 0;
  }
}

/** There may be a million: a leaf is its own edge, which makes one object of two. */
export class Leaf implements Edge {
  readonly plan: Plan;
  readonly parent: Parent;
  readonly value: FactValue;
  readonly name: Uint8Array | undefined;
  /** Without the plan, which other leaves have as well (shared-plans.ts). */
  readonly octets: number;
  /** Since the clock hand last came by. */
  isUsed = false;
  /** Neighbours in the circle that the clock hand goes round. */
  previous: Leaf = this;
  next: Leaf = this;

  constructor(plan: Plan, edge: Edge) {
    this.plan = plan;
    this.parent = edge.parent;
    this.value = edge.value;
    this.name = edge.name;
    this.octets = LEAF + octetsOf(edge);
  }

  /** Branches have one. */
  get fact(): undefined {
    return undefined;
  }

  get edge(): Edge {
    return this;
  }

  /** What was read to come here, in order. Names are hashes, and types numbers. */
  get reads(): PastRead[] {
    const reads: PastRead[] = [];
    let { edge } = this as Node;
    while (edge.parent instanceof Branch) {
      const { fact } = edge.parent;
      const isNumber = fact.kind === 'subnet' && typeof edge.value === 'number';
      reads.push({ fact, value: isNumber ? subnetOfKey(edge.value as number) : edge.value });
      ({ edge } = edge.parent);
    }
    return reads.reverse();
  }
}

/** Whether a node at the end of an edge for a name is not for another name with the same hash. */
export function isFor({ edge: { name } }: Node, question: MemoQuestion): boolean {
  if (name === undefined) return true;
  if (name.length !== question.nameLength) return false;
  for (let at = 0; at < name.length; at += 1) if (name[at] !== question.name[at]) return false;
  return true;
}

/** Not to be guessed, lest names be made that take one another's place. */
const SEED = randomInt(2 ** 32);

/** FNV-1a, but for where it begins. */
export function nameHash({ name, nameLength }: MemoQuestion): number {
  let hash = SEED;
  for (let at = 0; at < nameLength; at += 1) hash = Math.imul(hash ^ (name[at] ?? 0), 0x01000193);
  return hash;
}

function octetsOf({ value, name }: Edge): number {
  return edgeOctets(value) + (name === undefined ? 0 : OCTETS + name.length);
}
