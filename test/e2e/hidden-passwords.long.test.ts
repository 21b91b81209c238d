/** A check whose URL has a password is refused, errors of policies quote such URLs, and the password is shown nowhere. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { BIN } from '../support/bin.ts';
import { dig } from '../support/dig.ts';
import { startServer } from '../support/dnsteer.ts';

const USER = 'monitoring-account';
const PASSWORD = 'correct-horse-battery';
const URLS = [`https://${USER}:${PASSWORD}@192.0.2.1/health`, `HTTP:${USER}:${PASSWORD}@h.example`];

const policy = (url: string): string => `import { definePolicy, firstHealthy } from 'dnsteer';
export default definePolicy({
  pools: { main: { A: ['192.0.2.1'], check: { type: 'https', url: '${url}' } } },
  fallback: { A: '192.0.2.9' },
  hosts: { www: firstHealthy('main') },
});
`;
const SAID = `No luck with ${URLS[0]}`;
const policies = {
  ...Object.fromEntries(URLS.map((url, index) => [`z${index}.example.ts`, policy(url)])),
  'load.example.ts': `throw new Error('${SAID}');\nexport default {};\n`,
  'run.example.ts': `import { definePolicy } from 'dnsteer';
export default definePolicy({
  fallback: { A: '192.0.2.9' },
  hosts: { www: (query) => { if (query.client.country !== 'XX') throw new Error('${SAID}'); return { A: '192.0.2.1' }; } },
});
`,
};

for (const format of ['json', 'pretty']) {
  test(`Log (${format}), check, status, page and metrics`, async () => {
    const server = await startServer({ policies, env: { DNSTEER_LOG_FORMAT: format } });
    try {
      const check = (...args: string[]): string => {
        const { stdout, stderr } = spawnSync(process.execPath, [BIN, 'check', ...args], {
          cwd: server.folder,
          encoding: 'utf8',
        });
        return stdout + stderr;
      };
      const get = async (at: string): Promise<string> => (await fetch(`${server.adminUrl}${at}`)).text();
      await dig(server.port, 'www.run.example', 'A');
      const shown = {
        explained: await get('/api/explain?name=www.run.example&type=A'),
        log: server.output(),
        check: check(),
        json: check('--json'),
        status: await get('/api/status'),
        page: await get('/'),
        metrics: await get('/metrics'),
      };
      for (const part of ['log', 'check', 'json', 'status', 'page'] as const)
        assert.match(shown[part], /Must not hold a user or password|begins with/, part);
      for (const part of ['log', 'check', 'json', 'status', 'page', 'explained'] as const)
        assert.match(shown[part], /No luck with https:\/\/\*+@192/, part);
      for (const [part, text] of Object.entries(shown))
        assert.doesNotMatch(text, new RegExp(`${USER}|${PASSWORD}`, 'i'), part);
    } finally {
      await server.stop();
    }
  });
}
