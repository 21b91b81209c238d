/**
 * The zone pay.example, of the team whose folder this is. It shares the snippets of all teams; a
 * change of one recompiles the policies that import it and no others.
 */
import { cname, definePolicy, firstHealthy, nodata, rotate } from 'dnsteer';
import { isUnderWay } from '../snippets/maintenance.ts';
import { DACH } from '../snippets/regions.ts';

const LEDGER_MIGRATION = { timeZone: 'UTC', from: '2026-12-24T00:00', until: '2026-12-24T06:00' };

export default definePolicy({
  ttl: 20,

  pools: {
    frankfurt: { A: ['198.51.100.40', '198.51.100.41', '198.51.100.42'] },
    zurich: { A: ['198.51.100.50', '198.51.100.51'] },
    sorry: { A: ['198.51.100.90'], ttl: 300 },
  },

  fallback: firstHealthy('frankfurt', 'zurich', 'sorry'),

  hosts: {
    '@': 'frankfurt',

    // Two of the addresses at a time, in turn; a sorry page while the ledger moves.
    checkout: (query) => {
      if (isUnderWay(LEDGER_MIGRATION, query)) return 'sorry';
      const home = DACH.has(query.client.country) ? 'zurich' : 'frankfurt';
      return rotate(firstHealthy(home, 'frankfurt', 'zurich'), { count: 2 });
    },

    // Told to partners: which site is at work.
    status: ({ type, health }) =>
      type === 'TXT' ? { TXT: `frankfurt=${health('frankfurt')} zurich=${health('zurich')}` } : nodata(),

    docs: cname('docs.example.com', { ttl: 3600 }),

    // Whatever else is asked for: the sandbox environment of a partner.
    '*.sandbox': 'sorry',
  },

  records: {
    '@': { TXT: 'v=spf1 -all', CAA: '0 issue "letsencrypt.org"', ttl: 3600 },
  },
});
