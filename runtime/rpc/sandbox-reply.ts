/**
 * Checks what a sandbox says. It may have been taken over by the policy it runs, so nothing in its
 * messages is believed before it has passed here.
 *
 * The envelope (which message, for which request) is written by sandbox/main.ts: if it is wrong, the
 * process is not ours any more. The body (plan, reads, manifest) is written by the policy, which is
 * free to write nonsense: that is the policy's failure and nobody else's.
 */
import { type Impurity, MOST_READS, MOST_TIME_ZONES, type Read } from './plan.ts';
import {
  DOORS,
  type Failed,
  type FromSandbox,
  type Loaded,
  type Ran,
  type SandboxFailure,
} from './sandbox-protocol.ts';

/** Characters of a fact's name: `health.` and a pool, `time@` and a zone. */
const MOST_FACT = 128;
/** Characters of its value: a name of 255 octets, all escaped. */
const MOST_VALUE = 1024;
/** Characters of a failure's text and of its stack. What sandbox/limits.ts lets through is less. */
const MOST_TEXT = 4_096;
/** An hour: no run takes that long, and what is added up stays a number. */
const MOST_MICROS = 3_600_000_000;
/** Levels of nesting. Those who walk a plan recurse, and must not be led off the end of the stack. */
const MOST_DEPTH = 64;

/** How the name of a fact begins that is read from the clocks of a time zone. */
const ZONE = 'time@';

const FAILURES: Readonly<Record<SandboxFailure, true>> = {
  throw: true,
  timeout: true,
  starved: true,
  memory: true,
  invalid: true,
  missing: true,
};
const IMPURITIES: Readonly<Record<Impurity, true>> = {
  'client.ip': true,
  'time.unix': true,
  random: true,
  date: true,
};

/** Whether the envelope is sound. The body still needs {@link ranProblem} or {@link loadedProblem}. */
export function isFromSandbox(message: unknown): message is FromSandbox {
  if (!isObject(message)) return false;
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

/** What is wrong with the body of a decision. Its plan is checked for its depth only, see plan/compile-plan.ts. */
export function ranProblem({ plan, reads, impure }: Ran): string | undefined {
  if (!isObject(plan)) return 'The decision holds no plan';
  if (!isWithinDepth(plan, MOST_DEPTH)) return `The plan is nested deeper than ${MOST_DEPTH} levels`;
  if (!Array.isArray(reads)) return 'The decision does not say what it read';
  if (reads.length > MOST_READS) return `Of what it read the decision tells more than ${MOST_READS} facts`;
  if (!reads.every(isRead)) return 'The decision does not say what it read';
  if (new Set(reads.map(([fact]) => fact)).size < reads.length) return 'The decision says twice what it read';
  if (countZones(reads) > MOST_TIME_ZONES) {
    return `The decision reads the clocks of more than ${MOST_TIME_ZONES} time zones`;
  }
  if (!Array.isArray(impure) || impure.length > MOST_READS || !impure.every(isImpurity)) {
    return 'The decision does not say what makes it impure';
  }
  return undefined;
}

/** What is wrong with the body of a manifest. Its contents are checked by plan/manifest.ts. */
export function loadedProblem({ manifest }: Loaded): string | undefined {
  if (!isObject(manifest)) return 'The policy declares nothing';
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
  return typeof value === 'number' && value >= 0 && value <= MOST_MICROS;
}

/** It ends in the log: as much of it as there are failures. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MOST_TEXT;
}

function isRead(read: unknown): boolean {
  if (!Array.isArray(read) || read.length !== 2) return false;
  const [fact, value] = read;
  return typeof fact === 'string' && fact.length <= MOST_FACT && isFactValue(value);
}

/** Of time zones, by whatever names. */
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
  // Parsed from JSON: all that it has is its own.
  for (const key in value) {
    if (!isWithinDepth(value[key as keyof typeof value], levels - 1)) return false;
  }
  return true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
