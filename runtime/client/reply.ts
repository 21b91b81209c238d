/**
 * What comes of a question: a reply, or one of the ways in which there is none. A server that is silent is one
 * thing and a network that does not lead there is another, as far as the system knows: the second is a fault of
 * the place we ask from, not of the server.
 */
import { unreachable } from '../base/assert.ts';
import { systemErrorCode, systemErrorText } from '../base/system-error.ts';
import type { Message } from '../wire/message.ts';

export type DnsReply = { readonly kind: 'reply'; readonly message: Message } | NoReply;

export type NoReply =
  /** Nothing came in time. */
  | { readonly kind: 'silent' }
  /** The machine is there and nothing listens, or what listens hangs up. */
  | { readonly kind: 'closed' }
  /** No packet leaves this machine for that address. */
  | { readonly kind: 'unreachable'; readonly why: string }
  /** What came is no reply to the question. */
  | { readonly kind: 'malformed'; readonly why: string }
  /** What came is not signed as it has to be (RFC 8945 §5.4). */
  | { readonly kind: 'untrusted'; readonly why: string }
  /** The server sent more octets than we take. */
  | { readonly kind: 'too-large' }
  /** We stopped asking. */
  | { readonly kind: 'stopped' };

/** Why there is no reply, as the end of a sentence about the server. */
export function noReplyText(noReply: NoReply): string {
  switch (noReply.kind) {
    case 'silent':
      return 'nothing comes back';
    case 'closed':
      return 'nobody listens there';
    case 'unreachable':
    case 'malformed':
      return noReply.why;
    case 'untrusted':
      return `its answer is not to be trusted: ${noReply.why}`;
    case 'too-large':
      return 'it sends more than anybody takes';
    case 'stopped':
      return 'the question was called off';
    default:
      return unreachable(noReply);
  }
}

/** What an error of a socket says of the server. */
export function noReplyOf(error: Error): NoReply {
  const code = systemErrorCode(error);
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE') return { kind: 'closed' };
  if (code === 'ETIMEDOUT') return { kind: 'silent' };
  return { kind: 'unreachable', why: systemErrorText(error) };
}
