/**
 * One query in twenty goes to the new release. Which one is drawn anew for each query; see
 * `sticky-sessions` for a choice that stays with the client.
 *
 *     $ npm run dnsteer -- start --policies examples/weighted-canary
 *
 *     $ dig @127.0.0.1 -p 5300 www.canary.example A +short
 *     192.0.2.10 | 192.0.2.99
 */
import { definePolicy, weighted } from 'dnsteer';

export default definePolicy({
  pools: {
    stable: { A: '192.0.2.10' },
    canary: { A: '192.0.2.99' },
  },
  fallback: 'stable',
  hosts: {
    www: weighted({ stable: 95, canary: 5 }),
  },
});
