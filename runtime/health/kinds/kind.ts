/** The contract of a kind of health check. Each kind is one file, which `check-kinds.ts` lists. */
import { isIP } from 'node:net';
import type { DataReader, Fields } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import type { HealthCommand } from '../commands.ts';
import type { Dialer } from '../connect.ts';
import type { ProbeResult } from '../probe.ts';
import type { RequestRule } from '../requests.ts';
import type { CheckDefaults, Target } from '../target.ts';

export interface CheckKind<T extends Target = Target> {
  /** The value of `check.type`. */
  readonly type: T['type'];
  /** The fields of a check that the kind reads, beside the timing that all kinds have. */
  readonly fields: readonly string[];
  /**
   * Reads these fields and adds defaults; `undefined` if there is nothing to probe. Problems go to the
   * reader.
   */
  read(check: Fields, path: string, reader: DataReader, defaults: CheckDefaults): Aims<T> | undefined;
  /** The part of a target's id beside its type, address, port and timing. */
  identity(target: Aim<T>): string;
  /** Text that people see after the address and port. */
  label(target: T): string;
  /** What the policy itself has the probe say, in a word; `undefined` or absent where that is left to dnsteer. */
  sent?(target: T): string | undefined;
  /** Absent for a kind whose states are pushed. */
  createProber?(options: ProberOptions): Prober<T>;
  /** Whether a target may say its load; absent where none of the kind does. */
  saysLoad?(target: T): boolean;
  /** Set if others say how a target is (push-board.ts). */
  readonly isPushed?: true;
  /** The timing, of a kind to which the fields of all others mean nothing. */
  timing?(check: Fields, path: string, reader: DataReader): ProbeTiming;
}

/** A target without its timing and id. */
export type Aim<T extends Target = Target> = Omit<T, keyof ProbeTiming | 'id'>;

export type ProbeTiming = Pick<Target, 'intervalMs' | 'timeoutMs' | 'rise' | 'fall'>;

/** A check has one target for each address of its pool, or one for the whole pool. */
export type Aims<T extends Target = Target> =
  | { readonly kind: 'each'; readonly at: (address: string) => Aim<T> }
  | { readonly kind: 'one'; readonly aim: Aim<T> };

export interface ProberOptions {
  readonly dialer: Dialer;
  /** What the operator says of certain servers; it may be others at any time. */
  readonly rules: () => readonly RequestRule[];
  /** Commands of the settings, by name; they may be others at any time. */
  readonly commands: () => ReadonlyMap<string, HealthCommand>;
  readonly sendEcho: SendEcho;
}

/**
 * Sends an ICMP echo request to an address, and resolves when the reply to it is there: to `undefined`, or to what went wrong.
 * Rejects never. When the signal aborts, it ends early, with an outcome of no meaning.
 */
export type SendEcho = (address: string, signal: AbortSignal) => Promise<Error | undefined>;

/** Probes all targets of a kind, by the contract in `probe.ts`. */
export interface Prober<T extends Target = Target> {
  probe(target: T, signal: AbortSignal): Promise<ProbeResult>;
}

/** The aims of a check that goes to each address of its pool, or to the one server that its field "address" names. */
export function aimsAt<T extends Target>(
  { address }: Fields,
  path: string,
  reader: DataReader,
  at: (address: string) => Aim<T>,
): Aims<T> | undefined {
  if (address === undefined) return { kind: 'each', at };
  if (typeof address === 'string' && (isIP(address) !== 0 || /^\w[\w.-]{0,253}$/.test(address)))
    return { kind: 'one', aim: at(address) };
  return reader.refuse(keyPath(path, 'address'), 'Must be an address or a host name, without a port');
}

/** A port, which a kind may have a default for. */
export function readPort(
  { type, port }: Fields,
  path: string,
  reader: DataReader,
  usual?: number,
): number | undefined {
  const at = keyPath(path, 'port');
  if (port === undefined && usual === undefined)
    return reader.refuse(at, `Is required for a ${String(type)} check`);
  return port === undefined ? usual : reader.whole(port, at, 1, MAX_PORT);
}

export const MAX_PORT = 65_535;
