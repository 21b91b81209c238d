/**
 * Every message between a host process (answer, or control for trials) and its sandbox.
 *
 * The sandbox speaks first (`ready`), then only when asked. Requests are handled strictly in
 * order, one at a time, so the oldest request without a reply names the policy that runs. The
 * sandbox flushes its replies before it starts on a policy other than the one it just ran, so
 * that a hang is never blamed on the policy before it. Ahead of the replies of each frame, and before and
 * after work of its own, the sandbox says how long it has computed so far (`clock`): from then on
 * it computes for the oldest request, or for itself.
 *
 * On the wire (fd 3, both ways): frames of a 4-octet big-endian length and that many octets of UTF-8,
 * see framing.ts. Most frames are JSON, an array of the messages here. What there is for each query has
 * frames of its own: runs of one policy in run-text.ts, decisions that were told before in told.ts.
 */
import type { FactValue, Impurity, ManifestData, PlanData, Read } from './plan.ts';

export type ToSandbox = PreludeRequest | LoadRequest | DropRequest | TidyRequest;
export type FromSandbox = Ready | Clock | Loaded | Ran | Failed;

/** The name under which V8 shows its garbage collector to new contexts of a sandbox. */
export const COLLECT = '__dnsteer_collect';

/** The script that every isolate begins with, sent before the first policy that needs it. No reply. */
export interface PreludeRequest {
  readonly t: 'prelude';
  readonly script: string;
}

/** Creates the isolate of one policy version and runs its top level. */
export interface LoadRequest {
  readonly t: 'load';
  readonly id: number;
  /** The key of the version: `example.com@1a2b3c4d`. */
  readonly key: string;
  readonly script: string;
  readonly memoryMb: number;
  /** Milliseconds on a processor that the top level may take. */
  readonly timeoutMs: number;
  /** As in {@link RunLimits}. */
  readonly wallMs: number;
  /** Whether the reply holds the manifest: a host that has read it before does not parse it again. */
  readonly wantsManifest: boolean;
  /** Whether the policy may share an isolate with others, as it is on trial. */
  readonly shares?: boolean;
}

/** Disposes of an isolate. No reply. */
export interface DropRequest {
  readonly t: 'drop';
  readonly key: string;
}

/** Has an isolate give back memory that it does not use. No reply. */
export interface TidyRequest {
  readonly t: 'tidy';
  readonly key: string;
}

/** How long a run may take. */
export interface RunLimits {
  /** Whole milliseconds on a processor after which isolated-vm stops the run: the first line of defence. */
  readonly timeoutMs: number;
  /** Whole milliseconds by wall clock after which isolated-vm stops the run though it has computed less. */
  readonly wallMs: number;
}

/** All facts that a handler may read. */
export interface FactsData {
  /**
   * Where the client is: fact without `client.` → value; absent if unknown. Often the same object for many clients.
   * It may be looked up when it is read.
   */
  readonly place: Readonly<Record<string, FactValue | undefined>>;
  readonly ip: string;
  readonly subnet: string;
  readonly family: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Pool → `up`, `degraded` or `down`. The same object for as long as nothing changes. */
  readonly health: Readonly<Record<string, string>>;
  /** The lists of networks that have the client, of those that the policy imports. Default: none. */
  readonly lists?: readonly string[];
  /** The way on which the query came. Default: as a datagram, to an address and from a resolver that are not known. */
  readonly way?: Way;
}

/** Of what is not known the text is empty. */
export interface Way {
  readonly transport: string;
  /** Our address that was asked. */
  readonly local: string;
  /** The address of whoever sent the query, and its country. */
  readonly resolver: string;
  readonly resolverCountry: string;
}

export const NO_WAY: Way = { transport: 'udp', local: '', resolver: '', resolverCountry: '' };

export interface Ready extends OpenDoors {
  readonly t: 'ready';
}

/** Doors that a sandbox tried in its self-test and found open. */
export interface OpenDoors {
  /** Doors that this Node should have kept shut. */
  readonly open: readonly Door[];
  /** Doors for which this Node has no lock. */
  readonly lockless: readonly Door[];
}

/** Each door completes the sentence "The sandbox can …". */
export const DOORS = [
  'read files',
  'read its own code',
  'list folders',
  'write files',
  'start processes',
  'start threads',
  'open the inspector',
  'load native code',
  'reach the internals of Node',
  'connect over TCP',
  'listen on TCP',
  'use UDP',
  'signal other processes',
  'read the environment',
  'make code from strings',
  'give policies more than they should have',
] as const;

export type Door = (typeof DOORS)[number];

export interface Clock {
  readonly t: 'clock';
  /** Milliseconds that the thread which runs policies has computed since the process began. */
  readonly computedMs: number;
  /** Whether the sandbox works for itself from now on: it reads requests, or disposes of isolates. */
  readonly isOwn: boolean;
}

export interface Loaded {
  readonly t: 'loaded';
  readonly id: number;
  /** The manifest; empty if the request does not want it. */
  readonly manifest: ManifestData;
  /** Microseconds on a processor that the load took, with creating the isolate and compiling. */
  readonly micros?: number;
}

/** A decision that is too long to be told by a number (told.ts). */
export interface Ran {
  readonly t: 'ran';
  readonly id: number;
  readonly plan: PlanData;
  readonly reads: readonly Read[];
  readonly impure: readonly Impurity[];
  /** Microseconds on a processor that the run took, measured inside the sandbox. */
  readonly micros: number;
}

export interface Failed {
  readonly t: 'failed';
  readonly id: number;
  readonly reason: SandboxFailure;
  readonly message: string;
  /** V8's stack, with positions in the bundled script. */
  readonly stack?: string;
  /** What the policy says it had read before; unchecked: see `readsBefore` in told.ts. */
  readonly reads?: unknown;
}

/**
 * `throw`: the policy threw. `timeout`: isolated-vm stopped the policy when it had computed as long as it
 * may.
 * `starved`: isolated-vm stopped the policy, though it had got less processor time than it may use.
 * `memory`: the policy went over its limit. `invalid`: its result is no answer. `missing`: the sandbox has
 * no such isolate, and the host must load it first. `together`: of several runs in one call one computed too
 * long or went over the limit, and nobody knows which: each is to be run again by itself. `placeless`: it read
 * where its client is, and was not told: it is to be run again with that.
 */
export type SandboxFailure =
  | 'throw'
  | 'timeout'
  | 'starved'
  | 'memory'
  | 'invalid'
  | 'missing'
  | 'together'
  | 'placeless';
