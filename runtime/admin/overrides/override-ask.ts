/** What operators ask of overrides, what comes of it, and how overrides are shown. */
import type { OverrideKind } from '../../health/overrides/operator-override.ts';

export type OverrideAsk =
  | {
      readonly do: OverrideKind;
      readonly target: string;
      readonly owner: string;
      readonly reason?: string;
      /** Milliseconds since 1970. */
      readonly expires?: number;
      /** Of a drain: for how many milliseconds it goes on, and the share from 0 to below 1 that it leaves in the end. */
      readonly overMs?: number;
      readonly leave?: number;
    }
  | { readonly do: 'undrain'; readonly target: string; readonly owner: string; readonly overMs?: number }
  /** Ends what is forced. */
  | { readonly do: 'clear'; readonly target: string; readonly owner: string };

export type OverrideOutcome =
  | {
      readonly kind: 'done';
      /** The overrides that are there now, or that were ended. */
      readonly overrides: readonly ShownOverride[];
      readonly warnings: readonly string[];
    }
  /** `unknown`: there is no such zone, pool or override. `conflict`: another override says otherwise. */
  | { readonly kind: 'unknown' | 'conflict' | 'not-now'; readonly why: string };

/** A window of maintenance that is open, or is to be; times are in ISO 8601. */
export interface PlannedWindow {
  readonly name: string;
  readonly kind: 'drain' | 'down';
  readonly targets: readonly string[];
  readonly from: string;
  readonly until: string;
  readonly isOpen: boolean;
  readonly reason?: string;
}

/** An override as operators see it; times are in ISO 8601. */
export interface ShownOverride {
  readonly target: string;
  readonly kind: OverrideKind;
  readonly owner: string;
  readonly reason?: string;
  readonly since: string;
  readonly expires?: string;
  /** Of a drain: the share that is left now, from 0 to 1, and what it comes to, and when. */
  readonly share?: number;
  readonly leaves?: number;
  readonly until?: string;
  /** The window of maintenance that says it. */
  readonly window?: string;
  /** How many pools it is of at the moment. */
  readonly pools: number;
}
