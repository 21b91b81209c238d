/**
 * Answers `/api/push?name=db&state=up`: a state that somebody knows better than a probe, for the checks of type `push` that
 * have the name.
 */
import { addressToText, parseAddress } from '../../base/net/ip.ts';
import { isPushName } from '../../health/kinds/push.ts';
import type { Push } from '../../health/push-board.ts';
import { loadIn } from '../../health/values.ts';
import type { AdminSource } from '../source.ts';

export interface PushQuery {
  readonly name: string | undefined;
  readonly state: string | undefined;
  /** Seconds for which it holds, if that is less than the check allows. */
  readonly for: string | undefined;
  readonly reason: string | undefined;
  readonly load: string | undefined;
}

export interface PushReply {
  readonly name: string;
  readonly state: Push['state'];
  /** How many targets go by it. */
  readonly targets: number;
}

export type PushResult =
  | { readonly status: 200; readonly body: PushReply }
  | { readonly status: 400 | 404; readonly body: { readonly error: string } };

const MOST_SECONDS = 86_400;
const MOST_REASON = 200;

export function pushState(query: PushQuery, source: Pick<AdminSource, 'push'>): PushResult {
  const { name: typed = '' } = query;
  if (!isPushName(typed)) return refused('A name is needed, as a check of type "push" has it: name=db');
  const push = pushOf(query);
  if (typeof push === 'string') return refused(push);
  const address = parseAddress(typed);
  const name = address === undefined ? typed : addressToText(address);
  const { targets, meant } = source.push(name, push);
  if (targets > 0) return { status: 200, body: { name, state: push.state, targets } };
  const error = `No check of type "push" has the name "${name}"${meant === undefined ? '' : `; did you mean ${meant}?`}`;
  return { status: 404, body: { error } };
}

/** What is pushed, or what is wrong with it. */
function pushOf({ state, for: seconds, reason, load }: PushQuery): Push | string {
  if (state !== 'up' && state !== 'down') return 'A state is needed: state=up or state=down';
  if (seconds !== undefined && !(/^\d{1,5}(\.\d{1,3})?$/.test(seconds) && isInBounds(Number(seconds))))
    return `A push holds for a number of seconds, from 1 to ${MOST_SECONDS}: for=30`;
  if (reason !== undefined && (reason.length > MOST_REASON || /\p{C}/u.test(reason)))
    return `A reason is a text of ${MOST_REASON} characters at most, on one line`;
  const number = load === undefined ? undefined : loadIn(load);
  if (load !== undefined && number === undefined) return 'A load is a number from 0: load=0.7';
  return {
    state,
    ...(number !== undefined && { load: number }),
    ...(seconds !== undefined && { forMs: 1000 * Number(seconds) }),
    ...(reason !== undefined && reason !== '' && { reason }),
  };
}

function isInBounds(seconds: number): boolean {
  return seconds >= 1 && seconds <= MOST_SECONDS;
}

function refused(error: string): PushResult {
  return { status: 400, body: { error } };
}
