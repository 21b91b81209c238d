/** Transfers asked of a server in process. */
import { decodeMessage } from '../../runtime/wire/decode.ts';
import type { Message } from '../../runtime/wire/message.ts';
import type { Server } from '../answer/server.ts';
import { packet } from '../support/packet.ts';
import { must } from '../support/wire.ts';

/** The messages of a transfer: IXFR from a serial, or AXFR without one. */
export function transferOf(server: Server, zone: string, serial?: number): Message[] {
  const isIxfr = serial !== undefined;
  const times = (serial ?? 0).toString(16).padStart(8, '0') + '00000001'.repeat(4);
  const soa = `c00c 0006 0001 00000000 0016 00 00 ${times}`;
  const asked = packet({
    question: `${zone}. ${isIxfr ? 'IXFR' : 'AXFR'}`,
    ...(isIxfr && { trailing: soa }),
  });
  if (isIxfr) asked.writeUInt16BE(1, 8);
  const messages: Message[] = [];
  const take = (octets: Uint8Array): void => void messages.push(must(decodeMessage(Uint8Array.from(octets))));
  server.responder.respond(asked, {
    transport: 'tcp',
    address: '192.0.2.1',
    reply: take,
    replyAll: (all: Iterator<Uint8Array>) => {
      for (let next = all.next(); next.done !== true; next = all.next()) take(next.value);
    },
  });
  return messages;
}
