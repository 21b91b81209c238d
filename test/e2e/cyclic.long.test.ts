/** The setting `cyclic` on a whole server, as README shows it: over every transport, beside signatures, switched by a reload. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { dnsteer } from '../cli/dnsteer.ts';
import { dig, digShort, missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { type Encrypted, encrypted } from '../support/encrypted.ts';
import { readmeBlocks } from '../support/readme.ts';

const run = promisify(execFile);
const SHOWN = readmeBlocks().find(
  ({ language, text }) => language === 'yaml' && text.includes('cyclic:'),
)?.text;
const ZONE = `$TTL 300
@ SOA ns1.host.example. admin.host.example. 1 7200 3600 1209600 300
@ NS ns1.host.example.
www A 192.0.2.1
www A 192.0.2.2
www A 192.0.2.3
alias CNAME www
mail MX 10 mx.elsewhere.example.
mail MX 20 mx2
mail MX 30 mx.with.a.longer.name.elsewhere.example.
mx2 A 192.0.2.9
`;
const ADDRESSES = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
const POLICY = `import { definePolicy, firstHealthy, sticky } from 'dnsteer';
export default definePolicy({
  pools: { us: { A: ${JSON.stringify(ADDRESSES)} }, eu: { A: '192.0.2.77' } },
  fallback: 'us',
  hosts: { steered: firstHealthy('us', 'eu'), sticky: sticky('us') },
});
`;
/** Turns of a set of three. */
const ROUNDS = 5;

describe('cyclic', { skip: missing('dig') }, () => {
  let server: TestServer;
  let secrets: Encrypted;
  before(async () => {
    assert.ok(SHOWN, 'README shows the setting');
    secrets = await encrypted();
    server = await startServer({
      processes: 1,
      policies: {
        'cdn.example.zone': ZONE,
        'cdn.example.ts': POLICY,
        'shop.example.zone': ZONE,
        'signed.example.zone': ZONE,
      },
      config: `${SHOWN}dnssec: { zones: [signed.example] }\ntransfer: { allow: [127.0.0.1] }\n${secrets.config}`,
    });
  });
  after(async () => {
    secrets.remove();
    await server.stop();
  });

  async function firstOnes(name: string, type: string, ...flags: string[]): Promise<string[]> {
    const firsts: string[] = [];
    for (let turn = 0; turn < 3 * ROUNDS; turn += 1) {
      const records = await digShort(server.port, name, type, ...flags);
      assert.equal(new Set(records).size, 3, records.join());
      firsts.push(records[0] ?? '');
    }
    return firsts;
  }

  function assertInTurn(firsts: readonly string[]): void {
    assert.equal(new Set(firsts.slice(0, 3)).size, 3, firsts.join());
    for (const [turn, first] of firsts.entries()) assert.equal(first, firsts[turn % 3], firsts.join());
  }

  for (const [what, flags] of [
    ['UDP', []],
    ['TCP', ['+tcp']],
    ['UDP with DO', ['+dnssec', '+nocookie']],
  ] as const) {
    test(`Each record is first in its turn, over ${what}`, async () => {
      for (const [name, type] of [
        ['www.cdn.example', 'A'],
        ['mail.cdn.example', 'MX'],
        ['steered.cdn.example', 'A'],
      ] as const)
        assertInTurn(await firstOnes(name, type, ...flags));
    });
  }

  test('And over TLS and DoH, in turn with the others', async () => {
    const ports = [
      ['+tls', secrets.tlsPort],
      ['+https', secrets.httpsPort],
    ] as const;
    const firsts: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      for (const [flag, port] of ports) {
        const text = await dig(port, flag, `+tls-ca=${secrets.caFile}`, 'www.cdn.example', 'A', '+short');
        firsts.push(text.split('\n')[0] ?? '');
      }
      firsts.push((await digShort(server.port, 'www.cdn.example', 'A'))[0] ?? '');
    }
    assertInTurn(firsts);
  });

  test('What a policy has put into an order stays, and so does a zone without the setting', async () => {
    assert.deepEqual(new Set(await firstOnes('sticky.cdn.example', 'A')), new Set(['192.0.2.1']));
    assert.deepEqual(new Set(await firstOnes('www.shop.example', 'A')), new Set(['192.0.2.1']));
  });

  test('A transfer and an explanation tell the order of the file', async () => {
    for (let round = 0; round < 2; round += 1) {
      const axfr = await dig(server.port, 'cdn.example', 'AXFR', '+noall', '+answer');
      assert.deepEqual(
        [...axfr.matchAll(/^www\.\S+\s+300\s+IN\s+A\s+(\S+)$/gm)].map(([, address]) => address),
        ADDRESSES,
      );
      const told = await fetch(`${server.adminUrl}/api/explain?name=www.cdn.example`);
      const { answer, isCyclic } = (await told.json()) as { answer: readonly string[]; isCyclic?: true };
      assert.equal(isCyclic, true);
      assert.deepEqual(
        answer.map((record) => record.split(' ').at(-1)),
        ADDRESSES,
      );
    }
  });

  test('Signatures stay valid while records take turns', { skip: missing('delv') }, async () => {
    const keys = path.join(server.folder, 'keys');
    const file = readdirSync(keys).find(
      (name) => name.startsWith('Ksigned.example') && name.endsWith('.key'),
    );
    const [, key = ''] =
      /DNSKEY\s+(257 3 13 .+)$/m.exec(readFileSync(path.join(keys, file ?? ''), 'utf8')) ?? [];
    const [flags, protocol, algorithm, ...parts] = key.split(' ');
    const anchors = path.join(server.folder, 'anchors');
    const anchor = `signed.example. static-key ${flags} ${protocol} ${algorithm} "${parts.join('')}";`;
    writeFileSync(anchors, `trust-anchors { ${anchor} };\n`);
    assertInTurn((await signedFirsts()).flat());
    for (let round = 0; round < 4; round += 1) {
      for (const [name, type] of [
        ['www', 'A'],
        ['alias', 'A'],
        ['mail', 'MX'],
      ] as const) {
        const args = ['@127.0.0.1', '-p', String(server.port), '-a', anchors, '+root=signed.example.'];
        const { stdout } = await run('delv', [...args, `${name}.signed.example`, type], { timeout: 20_000 });
        assert.match(stdout, /^; fully validated$/m, stdout);
      }
    }
  });

  async function signedFirsts(): Promise<string[]> {
    const firsts: string[] = [];
    for (let turn = 0; turn < 9; turn += 1) {
      const text = await dig(server.port, 'www.signed.example', 'A', '+dnssec', '+noall', '+answer');
      const [, first = ''] = /\sA\s+(\S+)$/m.exec(text) ?? [];
      assert.match(text, /\sRRSIG\s+A\s/);
      firsts.push(first);
    }
    return firsts;
  }

  test('A reload of the settings ends it, without another process', async () => {
    const { processes } = await server.status();
    const settings = path.join(server.folder, 'dnsteer.yaml');
    writeFileSync(settings, readFileSync(settings, 'utf8').replace('cyclic: true', 'cyclic: false'));
    const { code, stderr } = await dnsteer(['reload', '--admin', new URL(server.adminUrl).host], {
      cwd: server.folder,
    });
    assert.equal(code, 0, stderr);
    assert.deepEqual(new Set(await firstOnes('www.cdn.example', 'A')), new Set(['192.0.2.1']));
    const pids = (list: typeof processes) =>
      list.filter(({ kind }) => kind === 'answer').map(({ pid }) => pid);
    assert.deepEqual(pids((await server.status()).processes), pids(processes));
  });
});
