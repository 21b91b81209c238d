/** dnsperf over HTTPS, by which people measure: it loses nothing, however many queries it has on their way. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { missing } from '../support/dig.ts';
import { startServer, type TestServer, UNHURRIED } from '../support/dnsteer.ts';
import { encrypted } from '../support/encrypted.ts';

const run = promisify(execFile);
const NAMES = 200;
const SECONDS = 5;

describe('dnsperf -m doh', { skip: missing('dnsperf') }, () => {
  let server: TestServer;
  let tls: Awaited<ReturnType<typeof encrypted>>;
  let questions = '';

  before(async () => {
    tls = await encrypted();
    const hosts = Array.from({ length: NAMES }, (_, index) => `n${index} A 192.0.2.${index}`);
    server = await startServer({
      policies: {
        'perf.example.zone': [
          '@ SOA ns1 hostmaster 1 3600 600 604800 30',
          '@ NS ns1',
          'ns1 A 192.0.2.1',
          ...hosts,
        ]
          .join('\n')
          .replace(/^/, '$TTL 300\n')
          .concat('\n'),
        // Asked anew for each query: its answers come from the sandbox.
        'asked.example.ts': `import { definePolicy } from 'dnsteer';
export default definePolicy({ fallback: { TXT: 'none' }, hosts: { '*': ({ client }) => ({ TXT: client.ip }) } });`,
      },
      config: tls.config,
      env: UNHURRIED,
    });
    questions = path.join(server.folder, 'questions');
    const asked = Array.from({ length: NAMES }, (_, index) => `n${index}.asked.example TXT\n`);
    writeFileSync(
      questions,
      Array.from({ length: NAMES }, (_, index) => `n${index}.perf.example A\n${asked[index]}`).join(''),
    );
  });

  after(async () => {
    await server?.stop();
    tls?.remove();
  });

  for (const options of [
    ['-q', '100'],
    ['-q', '100', '-O', 'doh-method=POST'],
    ['-q', '300', '-c', '4', '-T', '2'],
    ['-q', '1000'],
  ])
    test(`${options.join(' ')} loses nothing`, async (t) => {
      const where = ['-s', '127.0.0.1', '-p', String(tls.httpsPort), '-d', questions, '-l', String(SECONDS)];
      const { stdout } = await run('dnsperf', ['-m', 'doh', ...where, ...options]);
      const figure = (name: string): number => Number(stdout.match(new RegExp(`${name}:\\s+(\\d+)`))?.[1]);
      t.diagnostic(`${figure('Queries completed')} queries in ${SECONDS} s`);
      assert.equal(figure('Queries lost'), 0, stdout);
      assert.match(stdout, /NOERROR \d+ \(100\.00%\)/);
      assert.ok(figure('Queries completed') > 1000, stdout);
    });
});
