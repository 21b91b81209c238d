/**
 * Another team, another zone, the same rule for who is sent where.
 *
 *     $ npm run dnsteer -- start --policies examples/team-folders
 *
 *     $ dig @127.0.0.1 -p 5300 api.pay.example A +short +subnet=5.9.0.0/24
 *     198.51.100.2
 *     $ dig @127.0.0.1 -p 5300 pay.example CAA +short
 *     0 issue "ca.example.net"
 */
import { definePolicy } from 'dnsteer';
import { homeFirst } from '../snippets/sites.ts';

export default definePolicy({
  ttl: 60,
  pools: { eu: { A: '198.51.100.2' }, us: { A: '192.0.2.2' } },
  fallback: 'eu',
  hosts: { api: (query) => homeFirst(query.client) },
  records: { '@': { CAA: '0 issue "ca.example.net"' } },
});
