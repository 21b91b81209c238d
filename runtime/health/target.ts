/** One thing to probe. Two policies that declare the same target share its probe. */

export type Target = {
  /** Equal targets have equal ids; timing is part of it. */
  readonly id: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly rise: number;
  readonly fall: number;
} & (
  | { readonly type: 'tcp'; readonly address: string; readonly port: number }
  | {
      readonly type: 'http' | 'https';
      /** IP address or host name to connect to. */
      readonly address: string;
      readonly port: number;
      readonly path: string;
      /** Host header, and for https the server name to verify. */
      readonly host: string;
      readonly status: readonly number[] | undefined;
    }
);

export type TargetState = 'unknown' | 'up' | 'down';

export type TcpTarget = Extract<Target, { readonly type: 'tcp' }>;
export type HttpTarget = Extract<Target, { readonly type: 'http' | 'https' }>;

/** Of health checks: seconds, and results in a row. */
export interface CheckTiming {
  readonly interval: number;
  readonly timeout: number;
  readonly rise: number;
  readonly fall: number;
}

/** By target id. */
export type HealthStates = Readonly<Record<string, 'up' | 'down' | 'gone'>>;
