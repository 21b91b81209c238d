/**
 * The result of an inquiry: a reply, or the reason why there is none. As far as the system knows, a silent
 * server is distinguished from a network without a way to it: the second is a fault of this machine's
 * network, not of the server.
 */
import { unreachable } from '../base/assert.ts';
import { systemErrorCode, systemErrorText } from '../base/system-error.ts';
import type { Message } from '../wire/message.ts';

export type DnsReply = { readonly kind: 'reply'; readonly message: Message } | NoReply;

export type NoReply =
  /** No message came in time. */
  | { readonly kind: 'silent' }
  /** No process listens at the address, or the server closes the connection. */
  | { readonly kind: 'closed' }
  /** No packet can leave this machine for that address. */
  | { readonly kind: 'unreachable'; readonly why: string }
  /** The message is no reply to the question. */
  | { readonly kind: 'malformed'; readonly why: string }
  /** The signature of the reply is wrong or missing (RFC 8945 §5.4). */
  | { readonly kind: 'untrusted'; readonly why: string }
  /** The server sent more octets than the caller takes. */
  | { readonly kind: 'too-large' }
  /** The caller ended the inquiry. */
  | { readonly kind: 'stopped' };

/** Why there is no reply, as the end of a sentence about the server. */
export function noReplyText(noReply: NoReply): string {
  switch (noReply.kind) {
    case 'silent':
      return 'nothing comes back';
    case 'closed':
      return 'no server listens there';
    case 'unreachable':
    case 'malformed':
      return noReply.why;
    case 'untrusted':
      return `its answer is not to be trusted: ${noReply.why}`;
    case 'too-large':
      return 'it sends more octets than are accepted';
    case 'stopped':
      return 'the question was cancelled';
    default:
      return unreachable(noReply);
  }
}

/** The reason that an error of a socket gives. */
export function noReplyOf(error: Error): NoReply {
  const code = systemErrorCode(error);
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE') return { kind: 'closed' };
  if (code === 'ETIMEDOUT') return { kind: 'silent' };
  return { kind: 'unreachable', why: systemErrorText(error) };
}
