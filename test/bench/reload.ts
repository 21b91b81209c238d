/**
 * From a policy file's write to its first new answer, with 100 policies loaded.
 * Run: node test/bench/reload.ts
 */
import { Client } from '../support/client.ts';
import { startServer } from '../support/dnsteer.ts';
import { quantile, table } from './measure.ts';

const POLICIES = 100;
const ROUNDS = 100;

function policy(zone: string, generation: number): string {
  return `import { definePolicy, firstHealthy } from 'dnsteer';
    export default definePolicy({
      pools: { us: { A: '192.0.2.1' }, eu: { A: '192.0.2.2' } },
      fallback: firstHealthy('us', 'eu'),
      hosts: { www: (query) => (query.client.country === 'DE' ? 'eu' : 'us'), is: () => ({ TXT: '${zone} ${generation}' }) },
    });`;
}

const zones = Array.from({ length: POLICIES }, (_, index) => `zone${index}.example`);
const server = await startServer({
  geo: 'city',
  policies: Object.fromEntries(zones.map((zone) => [`${zone}.ts`, policy(zone, 0)])),
});
const client = await Client.open(server.port);
const milliseconds: number[] = [];
for (let round = 1; round <= ROUNDS; round += 1) {
  const zone = zones[round % POLICIES] ?? '';
  const written = performance.now();
  server.write(`${zone}.ts`, policy(zone, round));
  for (;;) {
    const reply = await client.ask(`is.${zone}`, 'TXT');
    if (reply?.answers[0] === `TXT ${zone} ${round}`) break;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  milliseconds.push(performance.now() - written);
}
client.close();
await server.stop();
table([
  ['file write to new answer', 'ms'],
  ...[0.5, 0.9, 0.99, 1].map((share): [string, number] => [`p${100 * share}`, quantile(milliseconds, share)]),
]);
