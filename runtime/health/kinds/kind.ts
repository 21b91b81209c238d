/** The contract of a kind of health check. Each kind is one file, which `check-kinds.ts` lists. */
import type { DataReader, Fields } from '../../base/data-reader.ts';
import type { HostNames } from '../names/host-names.ts';
import type { ProbeResult } from '../probe.ts';
import type { Target } from '../target.ts';

export interface CheckKind<T extends Target = Target> {
  /** The value of `check.type`. */
  readonly type: T['type'];
  /** The fields of a check that the kind reads, beside the timing that all kinds have. */
  readonly fields: readonly string[];
  /**
   * Reads these fields and adds defaults; `undefined` if there is nothing to probe. Problems go to the
   * reader.
   */
  read(check: Fields, path: string, reader: DataReader): Aims<T> | undefined;
  /** The part of a target's id beside its type, address, port and timing. */
  identity(target: Aim<T>): string;
  /** Text that people see after the address and port. */
  label(target: T): string;
  createProber(options: ProberOptions): Prober<T>;
}

/** A target without its timing and id. */
export type Aim<T extends Target = Target> = Omit<T, keyof ProbeTiming | 'id'>;

export type ProbeTiming = Pick<Target, 'intervalMs' | 'timeoutMs' | 'rise' | 'fall'>;

/** A check has one target for each address of its pool, or one for the whole pool. */
export type Aims<T extends Target = Target> =
  | { readonly kind: 'each'; readonly at: (address: string) => Aim<T> }
  | { readonly kind: 'one'; readonly aim: Aim<T> };

export interface ProberOptions {
  /** Certificates (PEM) to trust in addition to Node's own, which include NODE_EXTRA_CA_CERTS. */
  readonly ca?: readonly string[];
  /** Finds the addresses of host names. */
  readonly names: HostNames;
}

/** Probes all targets of a kind, by the contract in `probe.ts`. */
export interface Prober<T extends Target = Target> {
  probe(target: T, signal: AbortSignal): Promise<ProbeResult>;
}

export const MAX_PORT = 65_535;
