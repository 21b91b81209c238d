/**
 * Five sites, and every client goes to the closest that works.
 *
 *     $ npm run dnsteer -- start --policies examples/nearest-site
 *
 *     $ dig @127.0.0.1 -p 5300 www.nearest.example A +short +subnet=194.25.0.0/24
 *     198.51.100.1
 *     $ dig @127.0.0.1 -p 5300 www.nearest.example A +short +subnet=128.32.0.0/24
 *     198.51.100.2
 *     $ dig @127.0.0.1 -p 5300 www.nearest.example A +short +subnet=200.147.3.0/24
 *     198.51.100.3
 *     $ dig @127.0.0.1 -p 5300 www.nearest.example A +short +subnet=133.11.0.0/24
 *     198.51.100.4
 *     $ dig @127.0.0.1 -p 5300 www.nearest.example A +short +subnet=13.55.0.0/24
 *     198.51.100.5
 */
import { definePolicy, nearest } from 'dnsteer';

const everywhere = nearest('frankfurt', 'oregon', 'saoPaulo', 'tokyo', 'sydney');

export default definePolicy({
  pools: {
    frankfurt: { A: '198.51.100.1', at: [50.1, 8.7] },
    oregon: { A: '198.51.100.2', at: [45.8, -119.7] },
    saoPaulo: { A: '198.51.100.3', at: [-23.5, -46.6] },
    tokyo: { A: '198.51.100.4', at: [35.7, 139.7] },
    sydney: { A: '198.51.100.5', at: [-33.9, 151.2] },
  },
  fallback: 'frankfurt',
  hosts: { www: everywhere },
});
