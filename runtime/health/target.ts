/**
 * A target of probes: the fields that all kinds of checks share; a kind adds its own. Two policies that
 * declare the same target share its probe.
 */

export interface Target {
  /** Equal targets have equal ids; the id includes the timing. */
  readonly id: string;
  /** The type of its check. */
  readonly type: string;
  /** The IP address or host name to connect to. */
  readonly address: string;
  readonly port: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly rise: number;
  readonly fall: number;
}

/** The address and port of a target: `192.0.2.10:443`; the name of one that has no port, as its state is pushed. */
export function targetPlace({ address, port }: Pick<Target, 'address' | 'port'>): string {
  if (port === 0) return address;
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

export type TargetState = 'unknown' | 'up' | 'down';

/** The timing of health checks, in seconds and in results in a row. */
export interface CheckTiming {
  readonly interval: number;
  readonly timeout: number;
  readonly rise: number;
  readonly fall: number;
}

/** What the settings say of checks. */
export interface CheckDefaults extends CheckTiming {
  /** Names of the commands that checks may run; default: none. */
  readonly commands?: readonly string[];
}

/** States by target id. */
export type HealthStates = Readonly<Record<string, 'up' | 'down' | 'gone'>>;

/**
 * What is new of the health of targets, by the numbers that answer processes know. Targets that were never named
 * are up, and those that are probed no more become so.
 */
export interface HealthReport {
  readonly up: readonly number[];
  readonly down: readonly number[];
  readonly values?: readonly SentValues[];
}

/** What is measured of a target, by its number: milliseconds and load; `null` where that is not known. */
export type SentValues = readonly [target: number, latencyMs: number | null, load: number | null];
