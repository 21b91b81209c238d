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
  /** How near it is to a change of its state is told as well. It makes no other target. */
  readonly tellsNear?: true;
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

/** States by target id. `held`: up, but it has changed too often to be answered while another is up. */
export type HealthStates = Readonly<Record<string, 'up' | 'down' | 'held' | 'gone'>>;

/** By target id: how many results in a row were against its state. */
export type HealthNearness = Readonly<Record<string, number>>;

/**
 * What is new of the health of targets, by the numbers that answer processes know. Targets that were never named
 * are up, and those that are probed no more become so.
 */
export interface HealthReport {
  readonly up: readonly number[];
  readonly down: readonly number[];
  readonly held?: readonly number[];
  /** Target, and how many results in a row were against its state; the same again, and so on. */
  readonly near?: readonly number[];
  readonly values?: readonly SentValues[];
}

/** What is measured of a target, by its number: milliseconds and load; `null` where that is not known. */
export type SentValues = readonly [target: number, latencyMs: number | null, load: number | null];
