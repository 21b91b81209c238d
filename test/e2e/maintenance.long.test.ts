/** A window of maintenance opens in a server that runs, closes again, and a file that breaks takes none away. */
import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { dnsteer } from '../cli/dnsteer.ts';
import { Client } from '../support/client.ts';
import { serverFolder } from '../support/server-folder.ts';
import { until } from '../support/until.ts';

const POLICY = `import { definePolicy, firstHealthy } from 'dnsteer';
export default definePolicy({
  pools: { fra: { A: '192.0.2.1' }, iad: { A: '198.51.100.1' } },
  fallback: firstHealthy('fra', 'iad'),
  hosts: { www: firstHealthy('fra', 'iad') },
});
`;

test('A window of maintenance drains a site while it is open', async (context) => {
  const { folder, start } = serverFolder(context);
  const replace = (text: string) => {
    writeFileSync(path.join(folder, 'new'), text);
    renameSync(path.join(folder, 'new'), path.join(folder, 'maintenance.yaml'));
  };
  const windowAt = (from: number, seconds: number) =>
    `sites: { fra: ['*/fra'] }\nwindows: [{ name: switch, site: fra, from: ${new Date(from).toISOString().slice(0, 19)}Z, for: ${seconds}s }]\n`;
  replace('windows: []\n');
  const options = { policies: { 'shop.example.ts': POLICY }, config: 'maintenance: maintenance.yaml' };
  const server = await start(options);
  const client = await Client.open(server.port);
  const answers = (expected: string) =>
    until(
      async () => (await client.ask('www.shop.example', 'A'))?.answers.join(),
      (answer) => answer === `A ${expected}`,
    );
  await answers('192.0.2.1');
  replace(windowAt(Date.now() + 2000, 6));
  await server.printed(/Windows of maintenance are read/);
  await answers('198.51.100.1');
  const env = { DNSTEER_ADMIN_LISTEN: new URL(server.adminUrl).host };
  const { stdout } = await dnsteer(['overrides'], { cwd: folder, env });
  assert.match(stdout, /^\*\/fra +drained +1 +maintenance "switch"/m);
  assert.match(stdout, /^Maintenance "switch" is open until \S+Z: drain of \*\/fra$/m);
  replace('windows: nonsense\n');
  await server.printed(/MAINTENANCE_FILE/);
  const { warnings } = await server.status();
  assert.ok(warnings.some((one) => /maintenance\.yaml:1:10: error: "windows" must be a list/.test(one)));
  await answers('192.0.2.1');
  replace(windowAt(Date.now() - 1000, 3600));
  await answers('198.51.100.1');
  client.close();
});
