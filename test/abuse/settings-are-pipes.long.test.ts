/** Pipes in place of what settings name: the start says so at once, instead of waiting for a writer. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { BIN } from '../support/bin.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-pipes-'));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(path.join(folder, 'policies'));
spawnSync('mkfifo', ['pipe', 'geoip-city-names.dat'], { cwd: folder });
writeFileSync(path.join(folder, 'geoip-city.dat'), '');

/** It takes a fraction of a second; a pipe takes for ever. */
const PATIENCE_MS = 20_000;

/** What is named by a pipe → settings, or variables, that do so. */
const NAMED: Readonly<Record<string, { config?: string; args?: string[]; env?: Record<string, string> }>> = {
  'the settings themselves': { args: ['--config', 'pipe'] },
  'the token of the admin server': { config: 'admin: { tokenFile: pipe }' },
  'the secret of a key for transfers': { config: 'keys: { "k.example": { secretFile: pipe } }' },
  'secrets of cookies': { config: 'cookies: { secretFile: pipe }' },
  'a certificate': { config: 'tls: { listen: ["127.0.0.1:0"], certificate: pipe, key: pipe }' },
  'data of places': { env: { GEODATADIR: folder, DNSTEER_GEO_DETAIL: 'city' } },
};

for (const [what, { config = '{}', args = [], env = {} }] of Object.entries(NAMED)) {
  test(`A pipe in place of ${what} is told at once`, () => {
    writeFileSync(path.join(folder, 'dnsteer.yaml'), `${config}\n`);
    const { status, stderr } = spawnSync(process.execPath, [BIN, 'start', ...args], {
      cwd: folder,
      env: {
        ...process.env,
        DNSTEER_LISTEN: '127.0.0.1:0',
        DNSTEER_ADMIN_LISTEN: 'off',
        DNSTEER_GEO_DETAIL: 'none',
        ...env,
      },
      timeout: PATIENCE_MS,
    });
    assert.equal(status, 1);
    assert.match(String(stderr), /it is no regular file/);
  });
}
