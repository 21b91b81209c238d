/**
 * One thing to probe, as much of it as all kinds of checks have in common; a kind adds what it needs. Two policies
 * that declare the same target share its probe.
 */

export interface Target {
  /** Equal targets have equal ids; timing is part of it. */
  readonly id: string;
  /** The kind of its check. */
  readonly type: string;
  /** IP address or host name to connect to. */
  readonly address: string;
  readonly port: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly rise: number;
  readonly fall: number;
}

/** `192.0.2.10:443`. */
export function targetPlace({ address, port }: Pick<Target, 'address' | 'port'>): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

export type TargetState = 'unknown' | 'up' | 'down';

/** Of health checks: seconds, and results in a row. */
export interface CheckTiming {
  readonly interval: number;
  readonly timeout: number;
  readonly rise: number;
  readonly fall: number;
}

/** By target id. */
export type HealthStates = Readonly<Record<string, 'up' | 'down' | 'gone'>>;
