/** Answers `/api/announce?do=drain&owner=…&reason=…&for=2h`: has the server draw no traffic, or end that. */
import { fail, ok, type Result } from '../../base/result.ts';
import { MOST_TEXT, secondsWritten } from '../../health/overrides/operator-override.ts';
import type { AdminSource } from '../source.ts';
import type { AnnounceAsk, AnnounceReply } from './announce-ask.ts';

export interface AnnounceQuery {
  readonly do: string | undefined;
  readonly owner: string | undefined;
  readonly reason: string | undefined;
  readonly for: string | undefined;
}

export type AnnounceResult =
  | { readonly status: 200; readonly body: AnnounceReply }
  | { readonly status: 400 | 404 | 409 | 503; readonly body: { readonly error: string } };

const STATUS = { idle: 409, unknown: 404, 'not-now': 503 } as const;

export async function announceAsked(query: AnnounceQuery, source: AdminSource): Promise<AnnounceResult> {
  const ask = readAnnounceAsk(query);
  if (!ask.ok) return { status: 400, body: { error: ask.problem } };
  const outcome = await source.announce(ask.value);
  if (outcome.kind !== 'done') return { status: STATUS[outcome.kind], body: { error: outcome.why } };
  const { announce, warnings } = outcome;
  return { status: 200, body: { announce, warnings } };
}

export function readAnnounceAsk(query: AnnounceQuery): Result<AnnounceAsk> {
  const { owner = 'somebody', reason } = query;
  for (const [name, text] of Object.entries({ owner, reason }))
    if (text !== undefined && text.length > MOST_TEXT)
      return fail(`The ${name} has ${MOST_TEXT} characters at most`);
  if (query.do === 'undrain')
    return query.for === undefined ? ok({ do: 'undrain', owner }) : fail('What is ended has no expiry');
  if (query.do !== 'drain') return fail('A command is needed: do=drain, do=undrain');
  const seconds = query.for === undefined ? undefined : secondsWritten(query.for);
  if (query.for !== undefined && seconds === undefined)
    return fail(`"${query.for}" is no time for "for": write 90s, 10m, 2h or 3d, up to 366d`);
  return ok({
    do: 'drain',
    owner,
    ...(reason && { reason }),
    ...(seconds !== undefined && { forMs: 1000 * seconds }),
  });
}
