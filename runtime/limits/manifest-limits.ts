/** What manifests of teams (`_team.yaml`) allow, as data that can be sent, kept and hashed. */

/** The limits of one manifest; what it does not mention, it allows. */
export interface ManifestLimits {
  /** The manifest as operators know it: `policies/payments/_team.yaml`, or `teams.payments` of the settings. */
  readonly source: string;
  readonly zones?: LimitRule | undefined;
  readonly names?: LimitRule | undefined;
  readonly types?: LimitRule | undefined;
  readonly addresses?: LimitRule | undefined;
  readonly targets?: LimitRule | undefined;
  readonly kinds?: LimitRule | undefined;
  readonly hosts?: LimitRule | undefined;
  readonly probed?: LimitRule | undefined;
  /** Present where checks may say nothing of their own. */
  readonly send?: LimitRule | undefined;
  /** Seconds. */
  readonly interval?: LimitBound | undefined;
  readonly probesPerSecond?: LimitBound | undefined;
  /** Milliseconds. */
  readonly budget?: LimitBound | undefined;
  readonly deadline?: LimitBound | undefined;
}

/** Each text is a name, a pattern of names, a type, or a network, as its author wrote it. */
export interface LimitRule {
  readonly key: string;
  /** Where it is written: `policies/payments/_team.yaml:4`. */
  readonly at: string;
  readonly allowed: readonly string[];
}

export interface LimitBound {
  readonly key: string;
  readonly at: string;
  readonly value: number;
}

/** What to do about it. */
export const WITHIN_LIMITS =
  'Keep to what the manifest of the folder allows, or have whoever answers for it allow more';

/** Says that something is not allowed, and why; `shown` is that part as its author may have written it. */
export function limitText(shown: string, { key, at }: Pick<LimitRule, 'key' | 'at'>): string {
  return `${JSON.stringify(shown)} is beyond "${key}" (${at})`;
}

/** The quoted part of a message that {@link limitText} made; `undefined` for all other messages. */
export function shownBeyond(message: string): string | undefined {
  const [, quoted] = /("(?:[^"\\]|\\.)*") is beyond "[\w.]+" \(/.exec(message) ?? [];
  return quoted === undefined ? undefined : (JSON.parse(quoted) as string);
}
