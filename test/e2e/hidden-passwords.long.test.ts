/** A check whose URL has a password is refused, and the password is shown nowhere. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { BIN } from '../support/bin.ts';
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
const policies = Object.fromEntries(URLS.map((url, index) => [`z${index}.example.ts`, policy(url)]));

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
      const shown = {
        log: server.output(),
        check: check(),
        json: check('--json'),
        status: await get('/api/status'),
        page: await get('/'),
        metrics: await get('/metrics'),
      };
      for (const part of ['log', 'check', 'json', 'status', 'page'] as const)
        assert.match(shown[part], /Must not hold a user or password|begins with/, part);
      for (const [part, text] of Object.entries(shown))
        assert.doesNotMatch(text, new RegExp(`${USER}|${PASSWORD}`, 'i'), part);
    } finally {
      await server.stop();
    }
  });
}
