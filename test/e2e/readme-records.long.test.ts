/** What the README shows of dynamic records is done: its settings, nsupdate, and what lego and external-dns are to be told. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BIN } from '../support/bin.ts';
import { digShort, missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';
import { blocksOf } from '../support/readme.ts';

const SECTION = 'Dynamic records: DNS UPDATE, lego, external-dns';
const README = readFileSync(path.resolve(import.meta.dirname, '../../README.md'), 'utf8');
const skip = ['dig', 'nsupdate'].map(missing).find((why) => why !== false) ?? false;

/** The first text of the section that a pattern finds. */
function shown(pattern: RegExp): string {
  const from = README.indexOf(`## ${SECTION}`);
  return (
    pattern.exec(README.slice(from, README.indexOf('\n## ', from + 1)))?.[1] ?? assert.fail(String(pattern))
  );
}

describe(`README: ${SECTION}`, { skip }, () => {
  const block = (language: string): string =>
    blocksOf(SECTION).find((one) => one.language === language)?.text ?? assert.fail(language);
  let server: TestServer;
  let http: number;
  let user: string;
  let secret: string;
  /** Text of the README for the ports of this test. */
  const here = (text: string): string =>
    text
      .replaceAll('127.0.0.1:8888', `127.0.0.1:${http}`)
      .replaceAll('127.0.0.1 5300', `127.0.0.1 ${server.port}`);

  before(async () => {
    http = await freePort();
    const settings = block('yaml');
    [, user = '', secret = ''] = /^ {2}(\S+): \{ secret: '([^']+)' \}/m.exec(settings) ?? [];
    server = await startServer({
      policies: { 'example.com.zone': '$TTL 60\n@ SOA ns h 1 7200 600 86400 30\n@ NS ns\nns A 192.0.2.1\n' },
      config: settings.replace('127.0.0.1:8888', `127.0.0.1:${http}`),
    });
  });
  after(() => server.stop());

  const text = (name: string): Promise<string[]> => digShort(server.port, name, 'TXT');

  test('nsupdate', async () => {
    execFileSync('sh', ['-ec', here(block('sh'))]);
    assert.deepEqual(await text('_acme-challenge.www.example.com'), ['"token"']);
  });

  test('a key may change what its grants name, and nothing else', () => {
    const update = (name: string, type: string, data: string): string => {
      const commands = block('sh').replace(
        /^update .*$/m,
        `update add ${name}.example.com 60 ${type} ${data}`,
      );
      try {
        return execFileSync('sh', ['-ec', `{ ${here(commands)}\n} 2>&1`], { encoding: 'utf8' });
      } catch (error) {
        return (error as { stdout: string }).stdout;
      }
    };
    assert.equal(update('host.dyn', 'A', '192.0.2.7'), '');
    assert.match(update('a.host.dyn', 'A', '192.0.2.7'), /REFUSED/);
    assert.match(update('www', 'A', '192.0.2.7'), /REFUSED/);
  });

  test('dnsteer records', () => {
    const [command = '', ...args] = shown(/^`(dnsteer records) \[zone\]`/m).split(' ');
    assert.equal(command, 'dnsteer');
    const env = { ...process.env, DNSTEER_ADMIN_LISTEN: new URL(server.adminUrl).host };
    const said = execFileSync(process.execPath, [BIN, ...args, 'example.com'], {
      cwd: server.folder,
      env,
      encoding: 'utf8',
    });
    assert.match(said, /_acme-challenge\.www\.example\.com\.\s+60\s+TXT\s+"token"\s.*acme\.example\.com/);
  });

  test("lego's httpreq", async () => {
    const endpoint = here(shown(/`HTTPREQ_ENDPOINT=([^`]+)`/));
    const authorization = `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
    const body = JSON.stringify({ fqdn: '_acme-challenge.lego.example.com.', value: 'abc' });
    const post = (at: string) =>
      fetch(`${endpoint}${at}`, { method: 'POST', headers: { authorization }, body });
    assert.equal((await post('/present')).status, 200);
    assert.deepEqual(await text('_acme-challenge.lego.example.com'), ['"abc"']);
    assert.equal((await post('/cleanup')).status, 200);
    assert.deepEqual(await text('_acme-challenge.lego.example.com'), []);
  });

  test("external-dns's URL", async () => {
    const escapes = shown(/with (`\/`.*?)written/s).match(/`([^`]+)`/g) ?? [];
    const written = shown(/written (`%2F`.*?);/s).match(/`([^`]+)`/g) ?? [];
    const escaped = escapes.reduce(
      (now, from, index) => now.replaceAll(from.slice(1, -1), written[index]?.slice(1, -1) ?? ''),
      secret,
    );
    const shownUrl = here(shown(/--webhook-provider-url=([^`]+)`/));
    const url = new URL(shownUrl.replace('USER', user).replace('SECRET', escaped));
    // As Go's client does: what the URL says of the user is sent as Basic credentials.
    const credentials = [url.username, url.password].map(decodeURIComponent).join(':');
    const headers = { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
    const negotiated = await fetch(new URL('/', url.origin), { headers });
    assert.deepEqual(await negotiated.json(), { include: ['example.com'] });
  });
});
