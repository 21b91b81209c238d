/**
 * Browsers ask for HTTPS records (RFC 9460) and learn HTTP/3 and addresses in one step; each region
 * offers what it has.
 *
 *     $ npm run dnsteer -- start --policies examples/https-record
 *
 *     $ dig @127.0.0.1 -p 5300 www.https.example HTTPS +short +subnet=5.9.0.0/24
 *     1 . alpn="h3,h2" ipv4hint=198.51.100.20
 *     $ dig @127.0.0.1 -p 5300 www.https.example HTTPS +short +subnet=8.8.8.0/24
 *     1 . alpn="h2" ipv4hint=192.0.2.10
 *     $ dig @127.0.0.1 -p 5300 www.https.example A +short +subnet=8.8.8.0/24
 *     192.0.2.10
 */
import { definePolicy, firstHealthy } from 'dnsteer';

export default definePolicy({
  pools: {
    us: { A: '192.0.2.10', HTTPS: '1 . alpn=h2 ipv4hint=192.0.2.10' },
    eu: { A: '198.51.100.20', HTTPS: '1 . alpn=h3,h2 ipv4hint=198.51.100.20' },
  },
  fallback: 'us',
  hosts: {
    www: (query) => (query.client.continent === 'EU' ? firstHealthy('eu', 'us') : firstHealthy('us', 'eu')),
  },
});
