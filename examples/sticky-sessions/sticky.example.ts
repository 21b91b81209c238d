/**
 * A client stays with the pool it first got, for as long as that pool works. When one goes down,
 * only its own clients move.
 *
 *     $ npm run dnsteer -- start --policies examples/sticky-sessions
 *
 *     $ dig @127.0.0.1 -p 5300 www.sticky.example A +short +subnet=203.0.113.0/24
 *     192.0.2.1 | 192.0.2.2 | 192.0.2.3
 */
import { definePolicy, sticky } from 'dnsteer';

export default definePolicy({
  pools: {
    blue: { A: '192.0.2.1' },
    green: { A: '192.0.2.2' },
    red: { A: '192.0.2.3' },
  },
  fallback: 'blue',
  hosts: { www: sticky('blue', 'green', 'red') },
});
