/** Folders of many policies, as many teams would fill them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** A working directory for a server, with so many policies. */
export function makeFolder(count: number): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-scale-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const snippets = path.join(folder, 'policies', 'snippets');
  mkdirSync(snippets, { recursive: true });
  writeFileSync(path.join(snippets, 'regions.ts'), SNIPPET);
  for (let index = 0; index < count; index += 1)
    writeFileSync(path.join(folder, 'policies', `${zoneOf(index)}.ts`), policy(index));
  return folder;
}

export function zoneOf(index: number): string {
  return `zone${index}.example`;
}

export function hostsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `www.${zoneOf(index)}`);
}

const SNIPPET = `export const NORDIC = new Set(['DK', 'FI', 'IS', 'NO', 'SE']);
`;

/** One in four shares a snippet with the others. */
function policy(index: number): string {
  const shares = index % 4 === 0;
  const condition = shares ? "NORDIC.has(query.client.country ?? '')" : "query.client.country === 'DE'";
  return `import { definePolicy, firstHealthy } from 'dnsteer';
${shares ? "import { NORDIC } from './snippets/regions.ts';" : ''}
export default definePolicy({
  pools: { us: { A: '192.0.2.${1 + (index % 250)}' }, eu: { A: '198.51.100.${1 + (index % 250)}' } },
  fallback: firstHealthy('us', 'eu'),
  hosts: {
    '@': firstHealthy('us', 'eu'),
    www: (query) => (${condition} ? firstHealthy('eu', 'us') : firstHealthy('us', 'eu')),
  },
});
`;
}
