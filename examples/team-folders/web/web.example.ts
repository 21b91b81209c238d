/**
 * Folders are teams: each keeps its own zones, and all share what is in `snippets/`. A change there
 * recompiles exactly the policies that import it.
 *
 *     $ npm run dnsteer -- start --policies examples/team-folders
 *
 *     $ dig @127.0.0.1 -p 5300 www.web.example A +short +subnet=5.9.0.0/24
 *     198.51.100.1
 *     $ dig @127.0.0.1 -p 5300 www.web.example A +short +subnet=8.8.8.0/24
 *     192.0.2.1
 */
import { definePolicy } from 'dnsteer';
import { homeFirst } from '../snippets/sites.ts';

export default definePolicy({
  pools: { eu: { A: '198.51.100.1' }, us: { A: '192.0.2.1' } },
  fallback: 'us',
  hosts: { www: (query) => homeFirst(query.client) },
});
