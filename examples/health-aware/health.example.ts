/**
 * Only what works is answered. The first pool's check fails here, since nothing listens on port 9
 * of this machine; start something there (`nc -lk 127.0.0.1 9`) and the answer returns to it.
 *
 *     $ npm run dnsteer -- start --policies examples/health-aware
 *
 *     $ dig @127.0.0.1 -p 5300 www.health.example A +short
 *     192.0.2.20
 *     $ dig @127.0.0.1 -p 5300 state.health.example TXT +short
 *     "primary is down"
 */
import { definePolicy, firstHealthy } from 'dnsteer';

export default definePolicy({
  ttl: 5,
  pools: {
    primary: {
      A: '127.0.0.1',
      check: { type: 'tcp', port: 9, interval: 1, timeout: 0.5, rise: 1, fall: 1 },
    },
    standby: { A: '192.0.2.20' },
  },
  fallback: 'standby',
  hosts: {
    www: firstHealthy('primary', 'standby'),
    state: ({ health }) => ({ TXT: `primary is ${health('primary')}` }),
  },
});
