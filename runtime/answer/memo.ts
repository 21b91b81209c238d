/**
 * Decisions of one policy version, remembered by what it read to reach them. A policy is
 * deterministic given its reads, so walking the tree is running the policy:
 *
 *     www A ── client.country ─┬─ "DE" ── health.eu ─┬─ "up" ───▶ plan
 *                              │                     └─ "down" ─▶ plan
 *                              └─ "US" ──────────────────────────▶ plan
 *
 * A node is the next fact the policy reads, an edge is its value, a leaf is a plan. Leaves are
 * bounded; when they are full, a clock hand passes over them, spares those used since it last came
 * by and evicts the first that was not. A new version of the policy begins with an empty memo.
 */
import type { Plan } from '../policy/plan.ts';
import type { FactValue } from '../rpc/plan.ts';
import type { Fact } from './fact.ts';
import type { Facts } from './facts.ts';

/** What is asked: a host of the policy, a type, and the name where the host is a wildcard. */
export interface Question {
  readonly host: number;
  readonly type: number;
  readonly isWildcard: boolean;
  /** Lower case; only the first `nameLength` octets count. */
  readonly name: Uint8Array;
  readonly nameLength: number;
}

/** One fact that was read, with the value it had. */
export interface PastRead {
  readonly fact: Fact;
  readonly value: FactValue;
}

export class Memo {
  readonly #capacity: number;
  /** By hash of the question. Of two questions with one hash the later takes the place of the earlier. */
  readonly #roots = new Map<number, Root>();
  readonly #leaves: Leaf[] = [];
  #hand = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** How many decisions are remembered. */
  get size(): number {
    return this.#leaves.length;
  }

  /** The plan the policy would come to, if it has read the same before. Notes each read in `facts`. */
  find(question: Question, facts: Facts): Plan | undefined {
    const root = this.#roots.get(hashOf(question));
    if (root === undefined || !root.isOf(question)) return undefined;
    let node = root.child;
    while (node instanceof Branch) node = node.edges.get(facts.value(node.fact));
    if (node === undefined) return undefined;
    node.isUsed = true;
    return node.plan;
  }

  /** Remembers a decision under what was read to reach it, in order. */
  remember(question: Question, reads: readonly PastRead[], plan: Plan): void {
    if (this.#capacity === 0) return;
    let parent: Parent = this.#rootFor(question);
    let value: FactValue = null;
    for (const read of reads) {
      let next: Node | undefined = parent.get(value);
      // The same path led to another fact or to a plan before: the policy contradicts itself.
      if (!(next instanceof Branch && next.fact.key === read.fact.key)) {
        if (next !== undefined) this.#forgetAll(next);
        next = new Branch(read.fact, parent, value);
        parent.set(value, next);
      }
      parent = next;
      ({ value } = read);
    }
    const before = parent.get(value);
    if (before !== undefined) this.#forgetAll(before);
    const leaf = new Leaf(plan, parent, value);
    parent.set(value, leaf);
    this.#place(leaf);
  }

  #rootFor(question: Question): Root {
    const hash = hashOf(question);
    const known = this.#roots.get(hash);
    if (known?.isOf(question)) return known;
    if (known?.child !== undefined) this.#forgetAll(known.child);
    const root = new Root(question, hash);
    this.#roots.set(hash, root);
    return root;
  }

  /** Gives a leaf a place, that of the least recently used one if need be. */
  #place(leaf: Leaf): void {
    if (this.#leaves.length < this.#capacity) {
      leaf.place = this.#leaves.push(leaf) - 1;
      return;
    }
    let evicted = this.#leaves[this.#hand];
    while (evicted?.isUsed) {
      evicted.isUsed = false;
      this.#hand = (this.#hand + 1) % this.#capacity;
      evicted = this.#leaves[this.#hand];
    }
    leaf.place = this.#hand;
    this.#leaves[this.#hand] = leaf;
    this.#hand = (this.#hand + 1) % this.#capacity;
    if (evicted !== undefined) this.#prune(evicted);
  }

  /** Forgets all leaves at or below a node; whoever calls puts something else in its place. */
  #forgetAll(node: Node): void {
    if (node instanceof Branch) {
      for (const child of node.edges.values()) this.#forgetAll(child);
      return;
    }
    const last = this.#leaves.pop();
    if (last === undefined || last === node) return;
    last.place = node.place;
    this.#leaves[node.place] = last;
  }

  /** Takes a leaf out of the tree, and what led to nothing else. */
  #prune(leaf: Leaf): void {
    let node: Node = leaf;
    for (;;) {
      const parent: Parent = node.parent;
      parent.delete(node.value);
      if (parent instanceof Root) {
        if (this.#roots.get(parent.hash) === parent) this.#roots.delete(parent.hash);
        return;
      }
      if (parent.edges.size > 0) return;
      node = parent;
    }
  }
}

type Node = Branch | Leaf;
type Parent = Root | Branch;

/** One question, and what is first read for it. */
class Root {
  readonly hash: number;
  readonly #host: number;
  readonly #type: number;
  readonly #name: Uint8Array | undefined;
  child: Node | undefined;

  constructor({ host, type, isWildcard, name, nameLength }: Question, hash: number) {
    this.hash = hash;
    this.#host = host;
    this.#type = type;
    this.#name = isWildcard ? name.slice(0, nameLength) : undefined;
  }

  isOf({ host, type, name, nameLength }: Question): boolean {
    if (host !== this.#host || type !== this.#type) return false;
    const known = this.#name;
    if (known === undefined) return true;
    if (known.length !== nameLength) return false;
    for (let at = 0; at < nameLength; at += 1) if (known[at] !== name[at]) return false;
    return true;
  }

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

class Branch {
  readonly fact: Fact;
  readonly edges = new Map<FactValue, Node>();
  readonly parent: Parent;
  /** Of the edge from the parent to here. */
  readonly value: FactValue;

  constructor(fact: Fact, parent: Parent, value: FactValue) {
    this.fact = fact;
    this.parent = parent;
    this.value = value;
  }

  get(value: FactValue): Node | undefined {
    return this.edges.get(value);
  }

  set(value: FactValue, child: Node): void {
    this.edges.set(value, child);
  }

  delete(value: FactValue): void {
    this.edges.delete(value);
  }
}

class Leaf {
  readonly plan: Plan;
  readonly parent: Parent;
  readonly value: FactValue;
  /** Among the leaves the clock hand passes over. */
  place = 0;
  isUsed = false;

  constructor(plan: Plan, parent: Parent, value: FactValue) {
    this.plan = plan;
    this.parent = parent;
    this.value = value;
  }
}

/** FNV-1a; of an exact host no more than its number and the type. */
function hashOf({ host, type, isWildcard, name, nameLength }: Question): number {
  let hash = Math.imul(0x811c9dc5 ^ host, 0x01000193);
  hash = Math.imul(hash ^ type, 0x01000193);
  if (!isWildcard) return hash;
  for (let at = 0; at < nameLength; at += 1) hash = Math.imul(hash ^ (name[at] ?? 0), 0x01000193);
  return hash;
}
