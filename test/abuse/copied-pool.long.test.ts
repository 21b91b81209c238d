/** Sixty hosts of which each names one pool of 63 000 octets 250 times, under another TTL (F3). */
import { type Publishing, publish, versioned } from './publishing.ts';

export const publishing: Publishing = {
  title: 'A manifest whose plans name one large pool again and again',
  versions: 4,
  files: (version) => ({
    'copier.example.ts': versioned(
      version,
      `const again = Array(250).fill('p');
const host = (ttl: number): any => dnsteer.rotate(dnsteer.firstHealthy(...again), { ttl });
const hosts = Object.fromEntries(Array.from({ length: ${56 + version} }, (_, n) => ['h' + n, host(n)]));`,
      `  pools: { p: { TXT: [Array(247).fill('x'.repeat(254))] } },
  hosts: { ...hosts, version },`,
    ),
  }),
  shown: (version) => ['version.copier.example', `NOERROR TXT version ${version}`],
};

if (import.meta.main) publish(publishing);
