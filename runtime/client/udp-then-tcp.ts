/** One question to one server, by whichever transport its reply fits (RFC 7766 §5). */
import type { SocketAddress } from '../base/net/socket-address.ts';
import type { Inquiry } from './inquiry.ts';
import type { DnsReply } from './reply.ts';
import { askTcp } from './tcp.ts';
import { askUdp, type UdpOptions } from './udp.ts';

/** Asks over UDP, and over TCP what did not fit; each has the whole time. */
export async function askUdpThenTcp(
  server: SocketAddress,
  inquiry: Inquiry,
  options: UdpOptions,
): Promise<DnsReply> {
  const reply = await askUdp(server, inquiry, options);
  const isTruncated = reply.kind === 'reply' && reply.message.truncated;
  return isTruncated ? await askTcp(server, inquiry, options) : reply;
}
