/**
 * Whether the server answers, as a client sees it: asked by a bridge while control says nothing. Answer processes go on without
 * control, and then prefixes stay; where nothing answers any more they have to go.
 */
import { reachableAddress, type SocketAddress } from '../../../base/net/socket-address.ts';
import { askUdp } from '../../../client/udp.ts';
import { RRTYPE } from '../../../wire/iana/rrtype.ts';

/** Milliseconds for a reply from this machine. */
const PATIENCE_MS = 400;

/** Whether any of the addresses replies; the rcode does not matter, as a server refuses what it does not serve. */
export async function anyAnswers(listen: readonly SocketAddress[]): Promise<boolean> {
  const replies = await Promise.all(
    listen.map(async ({ address, port }) => {
      const server = { address: reachableAddress(address), port };
      const inquiry = { name: ROOT, type: RRTYPE.SOA };
      return (await askUdp(server, inquiry, { timeoutMs: PATIENCE_MS, sends: 1 })).kind === 'reply';
    }),
  );
  return replies.includes(true);
}

const ROOT = Uint8Array.of(0);
