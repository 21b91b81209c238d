/**
 * One question to one server over UDP. Each has its own socket, so that its port cannot be guessed (RFC 5452
 * §9.2).
 */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { SocketAddress } from '../base/net/socket-address.ts';
import { attempt } from './attempt.ts';
import { type AskOptions, type Inquiry, SentInquiry } from './inquiry.ts';
import { type DnsReply, noReplyOf } from './reply.ts';

export interface UdpOptions extends AskOptions {
  /** How often to send the question until a reply comes. The default is 3, as UDP loses packets. */
  readonly sends?: number;
}

const SENDS = 3;

/** Sends an inquiry over UDP; the reply may be truncated. */
export function askUdp(server: SocketAddress, inquiry: Inquiry, options: UdpOptions): Promise<DnsReply> {
  const { timeoutMs, key, signal, sends = SENDS } = options;
  const sent = new SentInquiry(inquiry, key);
  const bounds = { timeoutMs, late: { kind: 'silent' }, signal, stopped: { kind: 'stopped' } } as const;
  return attempt<DnsReply>(bounds, ({ settle }) => {
    const socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4');
    // The system reports a packet that did not arrive as an error.
    const send = (): void => socket.send(sent.octets, (error) => error && settle(noReplyOf(error)));
    let resend: NodeJS.Timeout | undefined;
    // `on` and not `once`: a socket may report another error while it closes.
    socket.on('error', (error) => settle(noReplyOf(error)));
    socket.on('message', (packet) => {
      const reply = sent.replies().read(packet);
      if (reply !== undefined) settle(reply);
    });
    // An event and no callback: a callback is called with the error as well if the address cannot be reached.
    socket.on('connect', () => {
      send();
      if (sends > 1) resend = setInterval(send, timeoutMs / sends);
    });
    // A connected socket accepts only packets from that address and port (RFC 5452 §9.1).
    socket.connect(server.port, server.address);
    return () => {
      clearInterval(resend);
      socket.close();
    };
  });
}
