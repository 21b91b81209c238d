/** One question to one server, over TCP if the reply does not fit UDP (RFC 7766 §5). */
import type { SocketAddress } from '../base/net/socket-address.ts';
import type { Inquiry } from './inquiry.ts';
import type { DnsReply } from './reply.ts';
import { askTcp } from './tcp.ts';
import { askUdp, type UdpOptions } from './udp.ts';

/** Sends an inquiry over UDP, and again over TCP if the reply is truncated; each has the whole time. */
export async function askUdpThenTcp(
  server: SocketAddress,
  inquiry: Inquiry,
  options: UdpOptions,
): Promise<DnsReply> {
  const reply = await askUdp(server, inquiry, options);
  const isTruncated = reply.kind === 'reply' && reply.message.truncated;
  return isTruncated ? await askTcp(server, inquiry, options) : reply;
}
