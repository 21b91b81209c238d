/** What came of many messages: how many were answered with what, and which reply broke a law. */

import { rcodeToText } from '../../../runtime/wire/iana/rcode.ts';
import type { Transport } from '../../../runtime/wire/transport.ts';
import { fault, isForSilence } from './judge.ts';

/** So many violations are told in full. */
const MOST_TOLD = 10;

export class Tally {
  messages = 0;
  replies = 0;
  silent = 0;
  violations = 0;
  /** By the four bits of the header. */
  readonly rcodes: Record<string, number> = {};
  readonly told: string[] = [];

  /** Judges all the replies that a message got. */
  note(message: Uint8Array, replies: readonly Uint8Array[], transport: Transport): void {
    this.messages += 1;
    this.replies += replies.length;
    if (replies.length === 0) this.silent += 1;
    if (replies.length === 0 && !isForSilence(message)) this.violate('no reply', message, transport);
    for (const reply of replies) {
      const rcode = rcodeToText((reply[3] ?? 0) & 0x0f);
      this.rcodes[rcode] = (this.rcodes[rcode] ?? 0) + 1;
      const what = fault(message, reply, transport);
      if (what !== undefined) this.violate(what, message, transport, reply);
    }
  }

  violate(what: string, message: Uint8Array, transport: Transport, reply?: Uint8Array): void {
    this.violations += 1;
    if (this.told.length === MOST_TOLD) return;
    const octets = (of: Uint8Array | undefined): string => Buffer.from(of ?? []).toString('hex');
    this.told.push(`${transport}: ${what}\n  message ${octets(message)}\n  reply   ${octets(reply)}`);
  }
}
