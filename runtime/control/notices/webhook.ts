/**
 * Posts messages, signed as Standard Webhooks 1.0 says (https://www.standardwebhooks.com): HMAC-SHA256 over id, time of the
 * attempt and body, so that a recipient knows that a message is ours, new, and no second one.
 */
import { createHmac } from 'node:crypto';
import { fail, ok, type Result } from '../../base/result.ts';
import { systemErrorText } from '../../base/system-error.ts';
import type { NoticeMessage } from './notice.ts';
import type { NotTaken } from './notice-queue.ts';

export interface WebhookTarget {
  readonly url: string;
  /** `whsec_` and base64. */
  readonly secret: string;
}

/** Milliseconds for the reply. */
const PATIENCE_MS = 15_000;
const GONE = 410;

export async function postMessage(
  { url, secret }: WebhookTarget,
  { id, ...message }: NoticeMessage,
  signal: AbortSignal,
): Promise<Result<void, NotTaken>> {
  const body = JSON.stringify(message);
  const seconds = Math.floor(Date.now() / 1000);
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      // A recipient that is elsewhere now has to be named in the settings.
      redirect: 'manual',
      headers: {
        'Content-Type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': webhookSignature(secret, id, seconds, body),
      },
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    await response.body?.cancel();
    if (response.ok) return ok(undefined);
    return fail({ why: `it replied ${response.status}`, ...(response.status === GONE && { isGone: true }) });
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError')
      return fail({ why: 'it did not reply in time' });
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return fail({ why: systemErrorText(cause) });
  }
}

/** `v1,` and base64 of the HMAC. */
export function webhookSignature(secret: string, id: string, seconds: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
}
