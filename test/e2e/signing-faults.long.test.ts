/** What becomes of the keys of a server that runs: the zone goes on as it was signed, loudly, until they are mended. */
import assert from 'node:assert/strict';
import { chmodSync, cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { atEnd } from '../support/at-end.ts';
import { dig, digShort, missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';

const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({
  pools: { us: { A: ['192.0.2.1'] } },
  fallback: 'us',
  hosts: { '@': () => 'us' },
});
`;
const CONFIG = "dnssec: { zones: ['shop.example'] }\nzone: { nameServers: [ns.example.net] }\n";

interface Spoilt {
  readonly server: TestServer;
  readonly keys: string;
  /** Of the only key, without ending. */
  readonly file: string;
  readonly tag: number;
}

async function started(context: TestContext): Promise<Spoilt> {
  const server = await startServer({ config: CONFIG, policies: { 'shop.example.ts': POLICY } });
  atEnd(context, () => server.stop());
  const keys = path.join(server.folder, 'keys');
  const [file = ''] = readdirSync(keys).filter((name) => name.endsWith('.private'));
  return {
    server,
    keys,
    file: path.join(keys, file.replace('.private', '')),
    tag: Number(file.slice(-13, -8)),
  };
}

/** The zone is signed by that key and no other, also once it is made anew and by a process that is new. */
async function assertGoesOn({ server, tag }: Spoilt): Promise<void> {
  await assertSignedBy(server, tag, '192.0.2.1');
  server.write('shop.example.ts', POLICY.replace('192.0.2.1', '192.0.2.9'));
  await until(
    () => digShort(server.port, 'shop.example', 'A'),
    ([address]) => address === '192.0.2.9',
  );
  await assertSignedBy(server, tag, '192.0.2.9');
  const child = (await server.status()).processes.find(({ kind }) => kind === 'answer');
  process.kill(child?.pid ?? 0, 'SIGKILL');
  await server.printed(/Answer process ended/);
  await until(
    () => digShort(server.port, 'shop.example', 'A').catch(() => []),
    ([address]) => address === '192.0.2.9',
  );
  await assertSignedBy(server, tag, '192.0.2.9');
  const { zones } = await server.status();
  assert.equal(zones[0]?.signing?.isFailing, false);
  assert.match(zones[0]?.signing?.problem ?? '', /stays in use as long as this server runs/);
}

async function assertSignedBy(server: TestServer, tag: number, address: string): Promise<void> {
  const said = await dig(server.port, 'shop.example', 'A', '+dnssec', '+noall', '+answer');
  assert.ok(said.includes(address), said);
  assert.match(said, new RegExp(`RRSIG\\s+A 13 2 .* ${tag} shop\\.example\\.`));
  const all = await dig(server.port, 'shop.example', 'DNSKEY', '+dnssec', '+noall', '+answer', '+multiline');
  assert.deepEqual(
    [...all.matchAll(/key id = (\d+)/g)].map(([, id]) => Number(id)),
    [tag],
  );
}

async function mended({ server }: Spoilt): Promise<void> {
  process.kill(server.process.pid ?? 0, 'SIGHUP');
  await until(
    () => server.status(),
    ({ zones: [zone] }) => zone?.signing !== undefined && zone.signing.problem === undefined,
  );
}

describe('Keys that are spoilt while a server runs', { skip: missing('dig') }, () => {
  for (const ending of ['private', 'key'])
    test(`half of a .${ending} file`, async (context) => {
      const spoilt = await started(context);
      const { server, file } = spoilt;
      const whole = readFileSync(`${file}.${ending}`);
      writeFileSync(`${file}.${ending}`, whole.subarray(0, whole.length / 2), { mode: 0o600 });
      process.kill(server.process.pid ?? 0, 'SIGHUP');
      await server.printed(/KEY_(FILE|PAIR)/);
      await assertGoesOn(spoilt);
      writeFileSync(`${file}.${ending}`, whole, { mode: 0o600 });
      await mended(spoilt);
    });

  test('a file that others may read, or that is away', async (context) => {
    const spoilt = await started(context);
    const { server, file } = spoilt;
    const before = await digShort(server.port, 'shop.example', 'DNSKEY');
    const secret = `${file}.private`;
    chmodSync(secret, 0o644);
    process.kill(server.process.pid ?? 0, 'SIGHUP');
    await server.printed(/KEY_PERMISSIONS|Others than its owner/);
    await server.printed(/stays in use as long as this server runs/);
    assert.deepEqual(await digShort(server.port, 'shop.example', 'DNSKEY'), before);
    const { warnings, zones } = await server.status();
    assert.ok(
      warnings.some((text) => text.includes('chmod 600')),
      warnings.join('\n'),
    );
    assert.match(zones[0]?.signing?.problem ?? '', /stays in use/);
    assert.equal(zones[0]?.signing?.isFailing, false);
    chmodSync(secret, 0o600);
    renameSync(secret, `${secret}.away`);
    process.kill(server.process.pid ?? 0, 'SIGHUP');
    await server.printed(/The key has no file/);
    assert.deepEqual(await digShort(server.port, 'shop.example', 'DNSKEY'), before);
    renameSync(`${secret}.away`, secret);
    await mended(spoilt);
  });

  test('a second key of which there is one file, and that is cut off', async (context) => {
    const { server, file, tag } = await started(context);
    const other = file.replace(/\d+$/, String((tag + 1) % 65536).padStart(5, '0'));
    writeFileSync(`${other}.private`, readFileSync(`${file}.private`, 'utf8').slice(0, 60), { mode: 0o600 });
    process.kill(server.process.pid ?? 0, 'SIGHUP');
    await server.printed(/KEY_(FILE|PAIR)/);
    await assertSignedBy(server, tag, '192.0.2.1');
    assert.equal((await server.status()).zones[0]?.signing?.isFailing, false);
  });

  test('the folder is removed', async (context) => {
    const spoilt = await started(context);
    const { server, keys } = spoilt;
    const away = `${keys}.away`;
    cpSync(keys, away, { recursive: true });
    rmSync(keys, { recursive: true });
    process.kill(server.process.pid ?? 0, 'SIGHUP');
    await server.printed(/stays in use as long as this server runs/);
    await assertGoesOn(spoilt);
    const made = readdirSync(server.folder).includes('keys') ? readdirSync(keys) : [];
    assert.deepEqual(made, [], 'no key is made in the place of one that is gone');
    cpSync(away, keys, { recursive: true });
    await mended(spoilt);
  });
});
