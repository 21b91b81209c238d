/**
 * Decisions of one policy version, remembered by what it read to reach them. A policy is
 * deterministic given its reads, so walking the tree is running the policy:
 *
 *     www ── query.type ─┬─ A ── client.country ─┬─ "DE" ── health.eu ─┬─ "up" ───▶ plan
 *                        │                       │                     └─ "down" ─▶ plan
 *                        │                       └─ "US" ──────────────────────────▶ plan
 *                        └─ TXT ───────────────────────────────────────────────────▶ plan
 *
 * A node is the next fact the policy reads, an edge is its value, a leaf is a plan (memo-node.ts). What
 * all of it takes is bounded for the policy and for the process (memo-space.ts); when it is full, a clock
 * hand passes over the leaves, spares those used since it last came by and evicts the first that was
 * not. A new version of the policy begins with an empty memo.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Tenant } from '../../base/structures/shared-space.ts';
import type { Plan } from '../../plan/plan.ts';
import { planText } from '../../plan/plan-text.ts';
import type { FactValue } from '../../rpc/plan.ts';
import type { Fact, PastRead } from '../facts/fact.ts';
import type { ReadFacts } from '../facts/facts.ts';
import { subnetKeyOf } from '../facts/subnet-key.ts';
import {
  Branch,
  type Edge,
  isFor,
  Leaf,
  type MemoQuestion,
  type Node,
  nameHash,
  type Parent,
  Root,
} from './memo-node.ts';
import { pathOctets } from './memo-octets.ts';
import type { MemoSpace } from './memo-space.ts';
import { SharedPlans } from './shared-plans.ts';

/** One decision may take this part of what there is for its policy. */
const LARGEST_PART = 1 / 8;

/** How many leaves in a row may be spared: whoever asks for all of them could make the hand go round for long. */
const MOST_SPARED = 256;

/** How a policy shows that it is no function of what it reads. */
export interface Contradiction {
  readonly what: 'facts' | 'plan' | 'chance' | 'failure';
  /** Completes the sentence "For what it had read before, the policy …". */
  readonly detail: string;
}

/** Where the way of a query leaves the tree. */
export interface Gap {
  readonly fork: Parent;
  /** The edge that is missing there. */
  readonly value: FactValue;
}

export class Memo implements Tenant {
  readonly space: MemoSpace;
  /** By host. */
  readonly #roots: (Root | undefined)[] = [];
  readonly #plans = new SharedPlans();
  #size = 0;
  #octets = 0;
  /** The leaf to be looked at next when one has to go: the oldest, but for those that were spared. */
  #hand: Leaf | undefined;
  #isRetired = false;
  /** Not before; performance.now() milliseconds. */
  nextRecheckAt = 0;
  /** Whether what the policy decided ahead so far was of use: see answer/ahead.ts. */
  decidesAhead = true;
  /** Not before; performance.now() milliseconds. */
  nextAheadAt = 0;

  constructor(space: MemoSpace) {
    this.space = space;
    space.enter(this);
  }

  /** How many decisions are remembered. */
  get size(): number {
    return this.#size;
  }

  /** What they take, estimated. */
  get octets(): number {
    return this.#octets;
  }

  /** Whether anything is remembered at all. */
  get isOn(): boolean {
    return !this.#isRetired && this.space.limits.leaves > 0;
  }

  /** The decision the policy would come to, if it has read the same before. Notes each read in `facts`. */
  find(question: MemoQuestion, facts: ReadFacts): Leaf | undefined {
    let node = this.#roots[question.host]?.child;
    while (node !== undefined && node.fact !== undefined) node = node.follow(question, facts);
    if (node !== undefined) node.isUsed = true;
    return node;
  }

  /** Where {@link find} finds nothing; `undefined` if it would, or if nothing is remembered. */
  gap(question: MemoQuestion, facts: ReadFacts): Gap | undefined {
    if (!this.isOn) return undefined;
    let fork: Parent = this.#rootOf(question);
    let value: FactValue = null;
    let node = fork.child;
    while (node !== undefined && node.fact !== undefined) {
      fork = node;
      value = node.valueFor(question, facts);
      node = node.follow(question, facts);
    }
    return node === undefined ? { fork, value } : undefined;
  }

  /**
   * Remembers a decision under what was read to reach it, in order. Tells why it does not: the decision
   * is too large, or contradicts an earlier one.
   */
  remember(
    question: MemoQuestion,
    reads: readonly PastRead[],
    plan: Plan,
  ): 'size' | Contradiction | undefined {
    if (!this.isOn) return undefined;
    const { limits } = this.space;
    const octets = pathOctets(reads, plan);
    if (octets > Math.min(limits.policyOctets, limits.octets) * LARGEST_PART) return 'size';
    this.#makeRoom(octets);
    let edge: Edge = { parent: this.#rootOf(question), value: null, name: undefined };
    for (const { fact, value } of reads) {
      let next = this.#at(edge, question);
      if (next === undefined) next = this.#add(new Branch(fact, edge));
      else if (next.fact?.key !== fact.key) return readOtherwise(next, fact);
      edge = edgeFrom(next as Branch, value, question);
    }
    const before = this.#at(edge, question);
    if (before === undefined) this.#addLeaf(plan, edge);
    else if (before.fact !== undefined) return readOtherwise(before, undefined);
    else if (!isDeepStrictEqual(before.plan, plan)) return decidedOtherwise(before.plan, plan);
    return undefined;
  }

  /** Where the fact is read after these reads; `undefined` where the tree has no such place any more. */
  branchFor(question: MemoQuestion, reads: readonly PastRead[], fact: Fact): Branch | undefined {
    if (!this.isOn) return undefined;
    let edge: Edge = { parent: this.#rootOf(question), value: null, name: undefined };
    for (const { value } of reads) {
      const next = this.#at(edge, question);
      if (!(next instanceof Branch)) return undefined;
      edge = edgeFrom(next, value, question);
    }
    const branch = this.#at(edge, question);
    return branch instanceof Branch && branch.fact.key === fact.key ? branch : undefined;
  }

  evict(): void {
    let leaf = this.#hand;
    for (let spared = 0; leaf?.isUsed && spared < MOST_SPARED; spared += 1) {
      leaf.isUsed = false;
      leaf = leaf.next;
    }
    if (leaf === undefined) return;
    this.#hand = leaf;
    this.space.evictions += 1;
    this.#prune(leaf);
  }

  /** Forgets everything, for ever: the version is replaced, or no function of what it reads. */
  retire(): void {
    this.#isRetired = true;
    this.clear();
    this.space.leave(this);
  }

  /** Forgets everything. */
  clear(): void {
    this.#roots.length = 0;
    this.#hand = undefined;
    this.#size = 0;
    this.#plans.clear();
    this.#note(-this.#octets);
  }

  #makeRoom(octets: number): void {
    const { leaves, policyOctets } = this.space.limits;
    while (this.#size >= leaves || (this.#size > 0 && this.#octets + octets > policyOctets)) this.evict();
    this.space.makeRoom(octets);
  }

  #rootOf({ host }: MemoQuestion): Root {
    while (this.#roots.length <= host) this.#roots.push(undefined);
    const root = this.#roots[host] ?? new Root();
    this.#roots[host] = root;
    return root;
  }

  /** What hangs at an edge. Another name with the same hash has to go. */
  #at({ parent, value }: Edge, question: MemoQuestion): Node | undefined {
    const node = parent.get(value);
    if (node === undefined || isFor(node, question)) return node;
    this.#forgetAll(node);
    parent.delete(value);
    return undefined;
  }

  #add<T extends Node>(node: T): T {
    node.edge.parent.set(node.edge.value, node);
    this.#note(node.octets);
    return node;
  }

  #addLeaf(plan: Plan, edge: Edge): void {
    const before = this.#plans.octets;
    const leaf = this.#add(new Leaf(this.#plans.take(plan), edge));
    this.#note(this.#plans.octets - before);
    this.#enterCircle(leaf);
  }

  #enterCircle(leaf: Leaf): void {
    this.#size += 1;
    const next = this.#hand;
    if (next === undefined) {
      this.#hand = leaf;
      return;
    }
    // Behind the hand, which comes to it last.
    leaf.next = next;
    leaf.previous = next.previous;
    next.previous.next = leaf;
    next.previous = leaf;
  }

  #leaveCircle(leaf: Leaf): void {
    const before = this.#plans.octets;
    this.#plans.leave(leaf.plan);
    this.#note(this.#plans.octets - before);
    this.#size -= 1;
    if (this.#hand === leaf) this.#hand = leaf.next === leaf ? undefined : leaf.next;
    leaf.previous.next = leaf.next;
    leaf.next.previous = leaf.previous;
  }

  /** Forgets all leaves at or below a node; whoever calls puts something else in its place. */
  #forgetAll(node: Node): void {
    if (node instanceof Branch) for (const child of node.children) this.#forgetAll(child);
    else this.#leaveCircle(node);
    this.#note(-node.octets);
  }

  /** Takes a leaf out of the tree, and what led to nothing else. */
  #prune(leaf: Leaf): void {
    this.#leaveCircle(leaf);
    let node: Node = leaf;
    for (;;) {
      const edge: Edge = node.edge;
      const { parent, value } = edge;
      parent.delete(value);
      this.#note(-node.octets);
      if (parent instanceof Root || !parent.isEmpty) return;
      node = parent;
    }
  }

  #note(octets: number): void {
    this.#octets += octets;
    this.space.note(this, octets);
  }
}

function edgeFrom(parent: Branch, value: FactValue, question: MemoQuestion): Edge {
  const { kind } = parent.fact;
  if (kind === 'type') return { parent, value: question.type, name: undefined };
  if (kind === 'subnet') return { parent, value: subnetKeyOf(value), name: undefined };
  if (kind !== 'name') return { parent, value, name: undefined };
  return { parent, value: nameHash(question), name: question.name.slice(0, question.nameLength) };
}

function readOtherwise(before: Node, fact: Fact | undefined): Contradiction {
  const text = (key: string | undefined): string => (key === undefined ? 'nothing more' : `"${key}"`);
  return { what: 'facts', detail: `then read ${text(fact?.key)}, and ${text(before.fact?.key)} before` };
}

function decidedOtherwise(before: Plan, plan: Plan): Contradiction {
  return { what: 'plan', detail: `now decided ${planText(plan)}, and ${planText(before)} before` };
}
