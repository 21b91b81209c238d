/** Datagrams that come through a proxy, each behind a PROXY header of its own. */
import type { Requester } from '../../answer/exchange.ts';
import type { Networks } from '../../base/net/networks.ts';
import type { OnQuery } from '../listener.ts';
import { parseProxyHeader } from './proxy-header.ts';

/**
 * Looks for the header where the sender is a proxy, and nowhere else: a client that could send one could
 * pretend to be any other. A datagram of a proxy without a header is dropped and counted.
 */
export function proxied(onQuery: OnQuery, proxies: Networks, counters: { unproxied: number }): OnQuery {
  return (packet, requester) => {
    if (proxies.isEmpty || !proxies.has(requester.address)) return onQuery(packet, requester);
    const header = parseProxyHeader(packet);
    if (header !== 'none' && header !== 'partial') {
      return onQuery(packet.subarray(header.length), behind(requester, header.client));
    }
    counters.unproxied += 1;
    return false;
  };
}

/** The client behind a proxy; its reply goes to the proxy, without a header. */
function behind(proxy: Requester, client: string | undefined): Requester {
  if (client === undefined) return proxy;
  return {
    transport: proxy.transport,
    address: client,
    local: proxy.local,
    reply: (response, isForAll) => proxy.reply(response, isForAll),
  };
}
