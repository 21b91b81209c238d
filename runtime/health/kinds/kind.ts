/** What a kind of health check is: all that is particular to it is in one file, and listed in `check-kinds.ts`. */
import type { DataReader, Fields } from '../../base/data-reader.ts';
import type { ProbeResult } from '../probe.ts';
import type { Target } from '../target.ts';

export interface CheckKind<T extends Target = Target> {
  /** What `check.type` says. */
  readonly type: T['type'];
  /** What it reads of a check, beside the timing that all kinds have. */
  readonly fields: readonly string[];
  /** Reads its fields and fills in its defaults; `undefined` where there is nothing to probe. The reader gets what is wrong. */
  read(check: Fields, path: string, reader: DataReader): Aims<T> | undefined;
  /** The part of a target's id that its type, address, port and timing do not say. */
  identity(target: Aim<T>): string;
  /** What people see behind the address and port. */
  label(target: T): string;
  createProber(options: ProberOptions): Prober<T>;
}

/** What is probed, without when. */
export type Aim<T extends Target = Target> = Omit<T, keyof ProbeTiming | 'id'>;

export type ProbeTiming = Pick<Target, 'intervalMs' | 'timeoutMs' | 'rise' | 'fall'>;

/** A check has one target for each address of its pool, or one that speaks for all of it. */
export type Aims<T extends Target = Target> =
  | { readonly kind: 'each'; readonly at: (address: string) => Aim<T> }
  | { readonly kind: 'one'; readonly aim: Aim<T> };

export interface ProberOptions {
  /** Certificates (PEM) to trust beside those that Node trusts, which include NODE_EXTRA_CA_CERTS. */
  readonly ca?: readonly string[];
}

/** Probes all targets of a kind, as `probe.ts` demands. */
export interface Prober<T extends Target = Target> {
  probe(target: T, signal: AbortSignal): Promise<ProbeResult>;
}

export const MAX_PORT = 65_535;
