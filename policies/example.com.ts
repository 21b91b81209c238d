/**
 * The zone example.com: a sample of what a policy can say. Try it:
 *
 *     dig @127.0.0.1 -p 5300 www.example.com
 *
 * Addresses are those set aside for documentation (RFC 5737, RFC 3849); put yours in their place.
 */
import { definePolicy, firstHealthy, nearest, sticky, weighted } from 'dnsteer';
import { isCanary } from './snippets/canary.ts';
import { isUnderWay } from './snippets/maintenance.ts';
import { regionOf } from './snippets/regions.ts';
import { isDuring, officeHours } from './snippets/schedules.ts';

const EU_UPGRADE = { timeZone: 'Europe/Berlin', from: '2026-12-01T22:00', until: '2026-12-02T02:00' };

/** Where each region is sent, and where if that is down. */
const BY_REGION = {
  americas: firstHealthy('us', 'eu'),
  emea: firstHealthy('eu', 'us'),
  apac: firstHealthy('asia', 'us'),
};

export default definePolicy({
  ttl: 30,

  pools: {
    us: { A: ['192.0.2.10', '192.0.2.11'], AAAA: ['2001:db8:10::10'], at: [39.0, -77.5] },
    eu: { A: ['198.51.100.20'], AAAA: ['2001:db8:20::20'], at: [50.1, 8.7] },
    asia: { A: ['203.0.113.30'], AAAA: ['2001:db8:30::30'], at: [1.3, 103.8] },
    next: { A: ['192.0.2.99'], AAAA: ['2001:db8:10::99'] },
    // A pool with a check is left out while it is down. Add one here while the server runs, such as
    // `check: { type: 'tcp', port: 8080 }`: `npx dnsteer status` tells what it finds.
    here: { A: ['127.0.0.1'] },
  },

  // What goes out when a handler below throws or takes too long. No code runs for it.
  fallback: firstHealthy('us', 'eu', 'asia'),

  hosts: {
    // By region, and by health within it.
    '@': ({ client }) => BY_REGION[regionOf(client)],

    // By distance. This plan is the same for everyone, so no code runs for it either.
    www: nearest('us', 'eu', 'asia'),

    // A new release for one network in twenty.
    app: (query) => (isCanary(query, 5, 'release-7') ? firstHealthy('next', 'us') : 'us'),

    // The same split by lot: 95 answers in 100 are `us`.
    beta: weighted({ us: 95, next: 5 }),

    // One client network, one place, for as long as it is up.
    chat: sticky('us', 'eu', 'asia'),

    // Europe is served from elsewhere while it is being worked on.
    api: (query) =>
      query.client.eu === true && !isUnderWay(EU_UPGRADE, query) ? firstHealthy('eu', 'us') : 'us',

    // People answer in the daytime; a machine does at night.
    support: (query) => ({ TXT: isDuring(officeHours('Europe/Berlin'), query) ? 'staffed' : 'bot', ttl: 60 }),

    // Failover: this machine, and elsewhere while it is down.
    here: firstHealthy('here', 'us'),
  },
});
