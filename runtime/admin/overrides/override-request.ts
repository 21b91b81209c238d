/**
 * Answers `/api/override?do=drain&target=shop.example/eu&reason=…&owner=…&for=2h&over=10m&leave=20`: has an override
 * begin or end, and says what came of it.
 */
import { readMoment } from '../../answer/facts/moment-text.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { MOST_TEXT, secondsWritten } from '../../health/overrides/operator-override.ts';
import { readTargetPattern } from '../../health/overrides/target-pattern.ts';
import type { AdminSource } from '../source.ts';
import type { OverrideAsk, OverrideOutcome } from './override-ask.ts';

export interface OverrideQuery {
  readonly do: string | undefined;
  readonly target: string | undefined;
  readonly reason: string | undefined;
  readonly owner: string | undefined;
  /** A moment, as `explain --at` has it; or for how long. */
  readonly expires: string | undefined;
  readonly for: string | undefined;
  readonly over: string | undefined;
  /** In percent. */
  readonly leave: string | undefined;
}

export type OverrideReply = Omit<Extract<OverrideOutcome, { kind: 'done' }>, 'kind'>;

export type OverrideResult =
  | { readonly status: 200; readonly body: OverrideReply }
  | { readonly status: 400 | 404 | 409 | 503; readonly body: { readonly error: string } };

const STATUS = { unknown: 404, conflict: 409, 'not-now': 503 } as const;

export async function overrideTarget(query: OverrideQuery, source: AdminSource): Promise<OverrideResult> {
  const ask = readOverrideAsk(query, Date.now());
  if (!ask.ok) return { status: 400, body: { error: ask.problem } };
  const outcome = await source.override(ask.value);
  if (outcome.kind !== 'done') return { status: STATUS[outcome.kind], body: { error: outcome.why } };
  const { overrides, warnings } = outcome;
  return { status: 200, body: { overrides, warnings } };
}

const COMMANDS = ['drain', 'undrain', 'up', 'down', 'clear'] as const;

/** `now` is in milliseconds since 1970. */
export function readOverrideAsk(query: OverrideQuery, now: number): Result<OverrideAsk> {
  const command = COMMANDS.find((each) => each === query.do);
  if (command === undefined) return fail(`A command is needed: do=${COMMANDS.join(', do=')}`);
  const { owner = 'somebody', reason } = query;
  if (!query.target) return fail('A target is needed: target=shop.example/eu');
  const pattern = readTargetPattern(query.target);
  if (!pattern.ok) return pattern;
  const target = pattern.value.text;
  for (const [name, text] of Object.entries({ owner, reason }))
    if (text !== undefined && text.length > MOST_TEXT)
      return fail(`The ${name} has ${MOST_TEXT} characters at most`);
  const foreign = foreignTo(command, query);
  if (foreign !== undefined) return fail(foreign);
  const over = query.over === undefined ? ok(undefined) : readSeconds('over', query.over);
  if (!over.ok) return over;
  const overMs = over.value === undefined ? {} : { overMs: 1000 * over.value };
  if (command === 'undrain') return ok({ do: command, target, owner, ...overMs });
  if (command === 'clear') return ok({ do: command, target, owner });
  const expires = readExpiry(query, now);
  if (!expires.ok) return expires;
  const leave = readLeave(query.leave);
  if (!leave.ok) return leave;
  return ok({
    do: command,
    target,
    owner,
    ...(reason && { reason }),
    ...(expires.value !== undefined && { expires: expires.value }),
    ...overMs,
    ...(leave.value !== undefined && { leave: leave.value }),
  });
}

/** Nothing that is asked for is without effect. */
function foreignTo(command: (typeof COMMANDS)[number], query: OverrideQuery): string | undefined {
  const isGradual = command === 'drain' || command === 'undrain';
  if (query.over !== undefined && !isGradual)
    return 'Only drains are gradual: "over" is for drain and undrain';
  if (query.leave !== undefined && command !== 'drain')
    return 'Only a drain leaves a share: "leave" is for drain';
  const isEnd = command === 'undrain' || command === 'clear';
  const timed = query.expires !== undefined || query.for !== undefined;
  return isEnd && timed ? 'What is ended has no expiry' : undefined;
}

function readExpiry({ expires, for: length }: OverrideQuery, now: number): Result<number | undefined> {
  if (expires !== undefined && length !== undefined)
    return fail('Either a moment or a time is given: expires or for, not both');
  if (length !== undefined) {
    const seconds = readSeconds('for', length);
    return seconds.ok ? ok(now + 1000 * seconds.value) : seconds;
  }
  if (expires === undefined) return ok(undefined);
  const moment = readMoment(expires);
  if (!moment.ok) return moment;
  const said = new Date(moment.value).toISOString();
  const isPast = `The expiry ${said} has passed: it is ${new Date(now).toISOString()}`;
  return moment.value <= now ? fail(isPast) : moment;
}

function readSeconds(name: string, written: string): Result<number> {
  const seconds = secondsWritten(written);
  return seconds === undefined
    ? fail(`"${written}" is no time for "${name}": write 90s, 10m, 2h or 3d, up to 366d`)
    : ok(seconds);
}

function readLeave(written: string | undefined): Result<number | undefined> {
  if (written === undefined) return ok(undefined);
  const percent = /^\d{1,2}(\.\d)? ?%?$/.test(written) ? Number.parseFloat(written) : Number.NaN;
  return percent >= 0 && percent < 100
    ? ok(percent / 100)
    : fail(`"${written}" is no share to leave: write a percentage from 0 to below 100, such as 20%`);
}
