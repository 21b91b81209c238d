/** A policy of a host of each usual kind: records, a plan, a decision that is remembered, and one that each client has. */
export const USUAL_POLICY = `import { definePolicy, firstHealthy, health } from 'dnsteer';
  export default definePolicy({
    pools: { us: { A: ['192.0.2.1', '192.0.2.2'] }, eu: { A: ['198.51.100.1', '198.51.100.2'] } },
    fallback: 'us',
    records: { static: { A: ['192.0.2.1', '192.0.2.2'] } },
    hosts: {
      plan: firstHealthy('eu', 'us'),
      geo: (query) => (query.client.country === 'DE' && health('eu') === 'up' ? firstHealthy('eu', 'us') : 'us'),
      always: (query) => (query.client.ip === '192.0.2.1' ? 'eu' : 'us'),
    },
  });`;
