/** What has run of a policy, as its host is told where a test counts that. */
import { MOST_RAN_TEXT } from '../../rpc/test-talk.ts';

/** Tells of the pieces that have run, and counts from 0 again. */
export function takeRan(ran: Uint32Array): string {
  let text = '';
  for (let piece = 0; piece < ran.length && text.length < MOST_RAN_TEXT; piece++) {
    const count = ran[piece];
    if (count === 0) continue;
    text += `${piece}=${count} `;
    ran[piece] = 0;
  }
  return text;
}
