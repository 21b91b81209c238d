/** What the README says of signing is done, below a private root: a zone is signed, and its answers validate. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { BIN } from '../support/bin.ts';
import { missing } from '../support/dig.ts';
import { startServer, type TestServer, UNHURRIED } from '../support/dnsteer.ts';
import { addAddress, enterNamespace } from '../support/namespace.ts';
import type { RunningProgram } from '../support/program.ts';
import { blocksOf, readmeBlocks, SIGNING_SECTIONS } from '../support/readme.ts';
import { dsOfServer } from '../support/sign-zone.ts';
import { type SignedTree, startSignedTree } from '../support/signed-tree.ts';
import { assertOutput, readTranscript, type Step } from '../support/transcript.ts';
import { until } from '../support/until.ts';
import { bindAnchors } from '../support/validators/bind.ts';
import { startPlainResolver, UNBOUNDS } from '../support/validators/unbound.ts';

const run = promisify(execFile);
const skip =
  enterNamespace(import.meta.filename) ||
  ['dig', 'delv', 'dnssec-signzone', 'nsd', 'unbound'].map(missing).find((why) => why !== false) ||
  false;

const ADDRESSES = ['10.53.1.1', '10.53.1.2'];
const NAME_SERVERS = ADDRESSES.map((address, index) => ({
  name: `ns${index + 1}.shop.example.`,
  addresses: [address],
}));

describe(`README: ${SIGNING_SECTIONS.sign}`, { skip }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-readme-signing-'));
  let server: TestServer | undefined;
  let tree: SignedTree | undefined;
  let resolver: RunningProgram | undefined;
  after(async () => {
    await Promise.all([server?.stop(), tree?.stop(), resolver?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  for (const { language, text } of blocksOf(SIGNING_SECTIONS.sign)) {
    if (language === 'yaml') {
      test('the settings', () => {
        const servers = NAME_SERVERS.map(
          ({ name, addresses }) => `{ name: ${name}, addresses: [${addresses.join()}] }`,
        );
        const own = `zone: { nameServers: [${servers.join(', ')}] }\nrateLimit: { mode: off }\n`;
        writeFileSync(path.join(folder, 'dnsteer.yaml'), text + own);
      });
    } else {
      assert.equal(language, 'console');
      for (const step of readTranscript(text, '')) test(step.command, () => follow(step));
    }
  }

  test('and each resolver that validates takes its answers for secure', async () => {
    assert.ok(tree !== undefined && resolver !== undefined);
    const [unbound] = UNBOUNDS;
    const validator = await unbound?.start({ ...tree.root, plainResolver: resolver.at });
    assert.ok(validator !== undefined);
    try {
      for (const name of ['www', 'cdn', 'nobody'])
        assert.equal((await validator.ask(`${name}.shop.example.`, 'A')).status, 'secure', name);
    } finally {
      await validator.stop();
    }
  });

  async function follow(step: Step): Promise<void> {
    const [program = '', ...args] = step.command.split(' ');
    if (step.command === 'dnsteer start') await start();
    else if (program === 'dig') {
      assert.deepEqual(args.slice(0, 3), ['@127.0.0.1', '-p', '5300']);
      await seen(step, () => print('dig', `@${ADDRESSES[0]}`, ...args.slice(3)));
    } else if (program === 'delv') {
      assert.ok(tree !== undefined && resolver !== undefined, 'the DS is at the parent');
      const anchors = path.join(folder, 'anchors');
      writeFileSync(anchors, bindAnchors(tree.root));
      const { address, port } = resolver.at;
      const own = [`@${address}`, '-p', String(port), '-a', anchors, '+root=.', '-4'];
      await seen(step, async () =>
        (await print('delv', ...own, ...args)).map((line) => line.replaceAll(/\s+/g, ' ')),
      );
    } else {
      assert.equal(program, 'dnsteer');
      if (args[0] === 'delegate') await delegate();
      const at = resolver?.at;
      const own =
        args[0] === 'delegate' && at !== undefined ? ['--resolver', `${at.address}:${at.port}`] : [];
      await seen(step, () => print(process.execPath, BIN, ...args, ...own));
    }
  }

  async function start(): Promise<void> {
    const policy = readmeBlocks().find(({ language }) => language === 'ts')?.text ?? '';
    assert.match(policy, /^\/\/ policies\/shop\.example\.ts\n/);
    mkdirSync(path.join(folder, 'policies'));
    writeFileSync(path.join(folder, 'policies', 'shop.example.ts'), policy);
    for (const address of ADDRESSES) addAddress(address);
    const listen = ADDRESSES.map((address) => `${address}:53`).join(',');
    server = await startServer({ folder, env: { ...UNHURRIED, DNSTEER_LISTEN: listen } });
  }

  /** Enters at the parent what was told to be entered, as BIND's tools make it of what the server publishes. */
  async function delegate(): Promise<void> {
    const ds = dsOfServer({ address: ADDRESSES[0] ?? '', port: 53 }, 'shop.example.');
    const told = await print(process.execPath, BIN, 'dnssec', 'ds', 'shop.example', '--json');
    const { keys } = JSON.parse(told.join('')) as { keys: { keyTag: number; digest: string }[] };
    assert.deepEqual(
      keys.map(({ keyTag, digest }) => [keyTag, digest]),
      ds.map(({ tag, digest }) => [tag, digest]),
    );
    tree = await startSignedTree([{ origin: 'shop.example.', servers: NAME_SERVERS, ds }]);
    resolver = await startPlainResolver(tree.root);
  }

  /** A set may be signed a moment later than it is first asked for. */
  async function seen(step: Step, look: () => Promise<string[]>): Promise<void> {
    let last: unknown;
    await until(
      async () => {
        try {
          assertOutput(step, await look());
          return true;
        } catch (error) {
          last = error;
          return false;
        }
      },
      (isAsShown) => isAsShown,
    ).catch(() => {
      throw last;
    });
  }

  async function print(program: string, ...args: string[]): Promise<string[]> {
    const admin = server === undefined ? 'off' : new URL(server.adminUrl).host;
    const env = { ...process.env, DNSTEER_ADMIN_LISTEN: admin };
    const { stdout } = await run(program, args, { cwd: folder, env });
    return stdout.trimEnd().split('\n');
  }
});
