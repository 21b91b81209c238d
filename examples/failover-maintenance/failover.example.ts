/**
 * The main site answers, the standby when the main site is down, and during the announced
 * maintenance window the standby whatever the checks say.
 *
 *     $ npm run dnsteer -- start --policies examples/failover-maintenance
 *
 *     $ dig @127.0.0.1 -p 5300 www.failover.example A +short
 *     192.0.2.10 | 192.0.2.20
 *     $ dig @127.0.0.1 -p 5300 status.failover.example TXT +short
 *     "normal service" | "planned maintenance"
 */
import { definePolicy, firstHealthy, type Query } from 'dnsteer';

/** Sundays from two to four at night, by the clock of the site that is worked on. */
function underMaintenance(query: Query): boolean {
  const local = query.time.in('Europe/Berlin');
  return local.weekday === 7 && local.hour >= 2 && local.hour < 4;
}

export default definePolicy({
  pools: {
    main: { A: '192.0.2.10' },
    standby: { A: '192.0.2.20' },
  },
  fallback: firstHealthy('main', 'standby'),
  hosts: {
    www: (query) => (underMaintenance(query) ? 'standby' : firstHealthy('main', 'standby')),
    status: (query) => ({ TXT: underMaintenance(query) ? 'planned maintenance' : 'normal service' }),
  },
});
