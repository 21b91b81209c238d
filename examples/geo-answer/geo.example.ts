/**
 * Europe and the rest of the world get different addresses, over IPv4 and IPv6 alike.
 *
 *     $ npm run dnsteer -- start --policies examples/geo-answer
 *
 *     $ dig @127.0.0.1 -p 5300 www.geo.example A +short +subnet=5.9.0.0/24
 *     198.51.100.20
 *     $ dig @127.0.0.1 -p 5300 www.geo.example A +short +subnet=8.8.8.0/24
 *     192.0.2.10
 *     $ dig @127.0.0.1 -p 5300 www.geo.example AAAA +short +subnet=2a01:4f8::/48
 *     2001:db8:20::20
 *     $ dig @127.0.0.1 -p 5300 www.geo.example AAAA +short +subnet=2001:4860::/48
 *     2001:db8:10::10
 */
import { definePolicy, firstHealthy } from 'dnsteer';

export default definePolicy({
  pools: {
    us: { A: '192.0.2.10', AAAA: '2001:db8:10::10' },
    eu: { A: '198.51.100.20', AAAA: '2001:db8:20::20' },
  },
  fallback: firstHealthy('us', 'eu'),
  hosts: {
    www: (query) => (query.client.eu ? firstHealthy('eu', 'us') : firstHealthy('us', 'eu')),
  },
});
