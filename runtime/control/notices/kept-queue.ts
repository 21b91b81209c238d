/** What waits for one recipient, as it is kept over a restart; and whether what was read is that. */
import { NOTICE_KINDS } from '../../config/operator-schema.ts';
import type { Notice, NoticeMessage } from './notice.ts';

export interface KeptQueue {
  /** The message that was not taken yet, and since when it is tried, in milliseconds since 1970. */
  readonly sending?: NoticeMessage;
  readonly began: number;
  /** What goes into the next message. */
  readonly told: readonly Notice[];
  readonly more: Readonly<Record<string, number>>;
  readonly lost: number;
}

export function isKeptQueue(value: unknown): value is KeptQueue {
  if (!isObject(value)) return false;
  const { sending, began, told, more, lost } = value;
  return (
    (sending === undefined || isMessage(sending)) &&
    Number.isFinite(began) &&
    Array.isArray(told) &&
    told.every(isNotice) &&
    isCounts(more) &&
    Number.isSafeInteger(lost)
  );
}

export function isNotice(value: unknown): value is Notice {
  if (!isObject(value)) return false;
  const { kind, subject, state, text, time, since } = value;
  return (
    NOTICE_KINDS.some((known) => known === kind) &&
    typeof subject === 'string' &&
    (state === 'began' || state === 'over') &&
    typeof text === 'string' &&
    typeof time === 'string' &&
    (since === undefined || typeof since === 'string')
  );
}

function isMessage(value: unknown): value is NoticeMessage {
  if (!isObject(value) || !isObject(value.data)) return false;
  const { notices, more = {}, lost = 0, server, summary } = value.data;
  return (
    typeof value.id === 'string' &&
    value.type === 'dnsteer.notices' &&
    typeof value.timestamp === 'string' &&
    [server, summary].every((text) => typeof text === 'string') &&
    Array.isArray(notices) &&
    notices.every(isNotice) &&
    isCounts(more) &&
    Number.isSafeInteger(lost)
  );
}

function isCounts(value: unknown): value is Record<string, number> {
  return isObject(value) && Object.values(value).every((count) => Number.isSafeInteger(count));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
