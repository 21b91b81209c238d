/**
 * Checks messages from a sandbox. A policy may have taken the sandbox over, so its host believes no
 * message before it has passed here.
 *
 * sandbox/main.ts writes the envelope (which message, for which request): if that is wrong, the
 * process is no longer in our hands. The policy writes the body (plan, reads, manifest), and is
 * free to write nonsense: that is the policy's failure alone.
 */
import { isFields } from '../base/data-reader.ts';
import { type Impurity, MOST_READS, MOST_TIME_ZONES, type Read } from './plan.ts';
import {
  DOORS,
  type Failed,
  type FromSandbox,
  type Loaded,
  type SandboxFailure,
} from './sandbox-protocol.ts';

/** Characters of a fact's name: `health.` and a pool, `time@` and a zone, `client.country~` and what it is compared with. */
const MOST_FACT = 1024;
/** Characters of a fact's value: a name of 255 octets, all escaped. */
const MOST_VALUE = 1024;
/** Characters of a failure's text and of its stack; sandbox/limits.ts lets less through. */
const MOST_TEXT = 4_096;
/** An hour: no run takes that long, and sums stay exact numbers. */
export const MOST_RUN_MICROS = 3_600_000_000;
/** Levels of nesting. Functions that walk a plan recurse, and must not overflow the stack. */
const MOST_DEPTH = 64;

/** Prefix of the facts that come from the clock of a time zone. */
const ZONE = 'time@';

const FAILURES: Readonly<Record<SandboxFailure, true>> = {
  throw: true,
  timeout: true,
  starved: true,
  memory: true,
  invalid: true,
  missing: true,
  together: true,
  placeless: true,
};
const IMPURITIES: Readonly<Record<Impurity, true>> = {
  'client.ip': true,
  'time.unix': true,
  random: true,
  date: true,
};

/** Whether the envelope is sound. The body still needs {@link ranProblem} or {@link loadedProblem}. */
export function isFromSandbox(message: unknown): message is FromSandbox {
  if (!isFields(message)) return false;
  if (message.t === 'ready') return areDoors(message.open) && areDoors(message.lockless);
  if (message.t === 'clock') return Number.isFinite(message.computedMs) && typeof message.isOwn === 'boolean';
  if (typeof message.id !== 'number') return false;
  switch (message.t) {
    case 'loaded':
      return message.micros === undefined || isMicros(message.micros);
    case 'ran':
      return isMicros(message.micros);
    case 'failed':
      return isFailed(message);
    default:
      return false;
  }
}

/** The problem of a decision's body, if any. It checks only the depth of the plan: see compile-plan.ts. */
export function ranProblem({
  plan,
  reads,
  impure,
}: Readonly<Record<'plan' | 'reads' | 'impure', unknown>>): string | undefined {
  if (!isFields(plan)) return 'The decision holds no plan';
  if (!isWithinDepth(plan, MOST_DEPTH)) return `The plan is nested deeper than ${MOST_DEPTH} levels`;
  const unread = readsProblem(reads);
  if (unread !== undefined) return unread;
  if (!Array.isArray(impure) || impure.length > MOST_READS || !impure.every(isImpurity)) {
    return 'The decision does not say what makes it impure';
  }
  return undefined;
}

/** The problem of what a policy says it has read, if any. */
export function readsProblem(reads: unknown): string | undefined {
  if (!Array.isArray(reads)) return 'The decision does not say what it read';
  if (reads.length > MOST_READS) return `The decision tells more than ${MOST_READS} facts of what it read`;
  if (!reads.every(isRead)) return 'The decision does not say what it read';
  if (new Set(reads.map(([fact]) => fact)).size < reads.length) return 'The decision says twice what it read';
  if (countZones(reads) > MOST_TIME_ZONES) {
    return `The decision reads the clocks of more than ${MOST_TIME_ZONES} time zones`;
  }
  return undefined;
}

/** The problem of a manifest's body, if any. plan/manifest.ts checks its contents. */
export function loadedProblem({ manifest }: Loaded): string | undefined {
  if (!isFields(manifest)) return 'The policy declares nothing';
  return isWithinDepth(manifest, MOST_DEPTH)
    ? undefined
    : `The manifest is nested deeper than ${MOST_DEPTH} levels`;
}

function areDoors(doors: unknown): boolean {
  const isDoor = (door: unknown) => DOORS.some((known) => known === door);
  return Array.isArray(doors) && doors.length <= DOORS.length && doors.every(isDoor);
}

function isFailed(message: Partial<Record<keyof Failed, unknown>>): boolean {
  const { reason, message: text, stack } = message;
  return (
    typeof reason === 'string' &&
    Object.hasOwn(FAILURES, reason) &&
    isText(text) &&
    (stack === undefined || isText(stack))
  );
}

function isMicros(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= MOST_RUN_MICROS;
}

/** Whether a value is a text short enough for the log, which gets one for each failure. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MOST_TEXT;
}

function isRead(read: unknown): boolean {
  if (!Array.isArray(read) || read.length !== 2) return false;
  const [fact, value] = read;
  return typeof fact === 'string' && fact.length <= MOST_FACT && isFactValue(value);
}

/** How many time zones the reads name. */
function countZones(reads: readonly Read[]): number {
  const zones = new Set<string>();
  for (const [fact] of reads) {
    if (fact.startsWith(ZONE)) zones.add(fact.slice(ZONE.length, fact.lastIndexOf('.')));
  }
  return zones.size;
}

function isFactValue(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= MOST_VALUE;
  return value === null || typeof value === 'number' || typeof value === 'boolean';
}

function isImpurity(value: unknown): boolean {
  return typeof value === 'string' && Object.hasOwn(IMPURITIES, value);
}

function isWithinDepth(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) return value.every((part) => isWithinDepth(part, levels - 1));
  // The value comes from JSON, so all its keys are its own.
  for (const key in value) {
    if (!isWithinDepth(value[key as keyof typeof value], levels - 1)) return false;
  }
  return true;
}
