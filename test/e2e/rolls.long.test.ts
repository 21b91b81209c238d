/**
 * Keys that look after themselves, in a world of its own: a root, a registry that reads CDS, two servers of a zone of
 * which one rolls, and validators that are asked all the time. No answer may ever be bogus.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { childrenOf } from '../../runtime/base/process/process-usage.ts';
import type { Checklist } from '../../runtime/dnssec/rolls/checklist.ts';
import { BIN } from '../support/bin.ts';
import { missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { addAddress, enterNamespace } from '../support/namespace.ts';
import { askedDs, type RegistryZone, startRegistry } from '../support/registry-zone.ts';
import { until } from '../support/until.ts';
import { startValidators } from '../support/validators/every.ts';
import { startPlainResolver, UNBOUNDS } from '../support/validators/unbound.ts';
import type { Validator, Verdict } from '../support/validators/validator.ts';

const run = promisify(execFile);
const skip =
  enterNamespace(import.meta.filename) || missing('unbound') || missing('nsd') || missing('dnssec-cds');

const ZONE = 'shop.example';
const [FIRST, SECOND] = ['10.53.0.10', '10.53.0.11'] as const;
const TTL = 2;
const RECORDS = `$TTL ${TTL}
@ SOA ns1 hostmaster 1 60 60 3600 ${TTL}
@ NS ns1
@ NS ns2
ns1 A ${FIRST}
ns2 A ${SECOND}
www A 192.0.2.1
*.any TXT all
`;
const QUESTIONS = [
  ['www.shop.example.', 'A'],
  ['shop.example.', 'SOA'],
  ['shop.example.', 'DNSKEY'],
  ['gone.shop.example.', 'A'],
  ['x.any.shop.example.', 'TXT'],
] as const;

describe('The keys of a zone', { skip }, () => {
  let registry: RegistryZone;
  let resolver: string;
  let validators: readonly Validator[];
  let servers: [TestServer, TestServer];
  const folders: string[] = [];
  const stops: (() => Promise<unknown>)[] = [];
  const wrong: string[] = [];
  let last = new Map<string, Verdict>();
  const ending = new AbortController();
  let readsCds = true;

  const config = (rolls: boolean, zones: readonly string[] = [ZONE]) => `dnssec:
  zones: ${JSON.stringify(zones)}
  rolls: ${rolls}
  resolvers: ['${resolver}']
  waits: { zone: 3s, parent: 3s, margin: 1s, look: 1s, idle: 1s }
`;

  function start(index: number): Promise<TestServer> {
    const address = [FIRST, SECOND][index] ?? '';
    const env = { DNSTEER_LISTEN: `${address}:53` };
    return startServer({ folder: folders[index] ?? '', env });
  }

  before(async () => {
    for (const address of [FIRST, SECOND]) addAddress(address);
    const world = await startRegistry({
      origin: 'example.',
      root: { name: 'root-servers.', address: '10.53.0.1' },
      server: { name: 'ns.example.', address: '10.53.0.2' },
      records: [
        `${ZONE}. NS ns1.${ZONE}.`,
        `${ZONE}. NS ns2.${ZONE}.`,
        `ns1.${ZONE}. A ${FIRST}`,
        `ns2.${ZONE}. A ${SECOND}`,
      ],
      ttl: TTL,
    });
    registry = world.registry;
    stops.push(() => world.stop());
    const plain = await startPlainResolver(world.root);
    stops.push(() => plain.stop());
    resolver = `${plain.at.address}:${plain.at.port}`;
    const kinds = UNBOUNDS.filter(({ name }) => name === 'unbound' || name.endsWith('harden-algo-downgrade'));
    const started = await startValidators(world.root, kinds);
    stops.push(() => started.stop());
    validators = started.validators;
    for (const rolls of [true, false]) {
      const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-rolls-'));
      folders.push(folder);
      mkdirSync(path.join(folder, 'policies'));
      mkdirSync(path.join(folder, 'keys'));
      writeFileSync(path.join(folder, 'policies', `${ZONE}.zone`), RECORDS);
      writeFileSync(path.join(folder, 'dnsteer.yaml'), config(rolls));
    }
    const first = await start(0);
    copyKeys();
    servers = [first, await start(1)];
    stops.push(async () => void (await Promise.all(servers.map((server) => server.stop()))));
    void playRegistry();
    void copyAlways();
    void askAlways();
  });

  after(async () => {
    ending.abort();
    for (const stop of stops.reverse()) await stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  /** Copies key files to the second server as rsync does: each appears whole. */
  function copyKeys(): void {
    const [from = '', to = ''] = folders.map((folder) => path.join(folder, 'keys'));
    for (const file of readdirSync(from).filter((each) => each.startsWith('K'))) {
      try {
        copyFileSync(path.join(from, file), path.join(to, `.${file}`));
        renameSync(path.join(to, `.${file}`), path.join(to, file));
      } catch (error) {
        // It was replaced at this moment.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }

  async function copyAlways(): Promise<void> {
    while (!ending.signal.aborted) {
      copyKeys();
      await pause(500);
    }
  }

  async function playRegistry(): Promise<void> {
    while (!ending.signal.aborted) {
      const present = registry.dsOf(`${ZONE}.`);
      const asked = readsCds ? askedDs(`${ZONE}.`, [FIRST, SECOND], present) : undefined;
      if (asked !== undefined && asked.join() !== present.join()) await registry.setDs(`${ZONE}.`, asked);
      await pause(700);
    }
  }

  async function askAlways(): Promise<void> {
    while (!ending.signal.aborted) {
      for (const validator of validators) {
        for (const [name, type] of QUESTIONS) {
          const verdict = await validator.ask(name, type).catch(() => undefined);
          if (verdict === undefined || ending.signal.aborted) continue;
          last.set(`${validator.name} ${name} ${type}`, verdict);
          if (verdict.status === 'bogus' || verdict.status === 'failed')
            wrong.push(
              `${validator.name}: ${name} ${type} is ${verdict.status}\n${validator.output().slice(-500)}`,
            );
        }
      }
      await pause(100);
    }
  }

  /** Resolves when validators find all answers so, in a round of questions that begins now. */
  async function allAre(status: Verdict['status']): Promise<void> {
    last = new Map();
    await until(
      () => Promise.resolve([...last.values()]),
      (verdicts) =>
        verdicts.length === validators.length * QUESTIONS.length &&
        verdicts.every((verdict) => verdict.status === status),
      PATIENCE_MS,
    );
  }

  async function roll(): Promise<Checklist> {
    const { zones } = await servers[0].status();
    return zones[0]?.signing?.rolls ?? assert.fail('no roll is shown');
  }

  function isDone(): Promise<unknown> {
    return until(
      () => roll(),
      ({ roll: kind }) => kind === undefined,
      PATIENCE_MS,
    );
  }

  async function dnssec(...args: string[]): Promise<string> {
    const env = { ...process.env, DNSTEER_ADMIN_LISTEN: new URL(servers[0].adminUrl).host };
    const { stdout, stderr } = await run(process.execPath, [BIN, 'dnssec', ...args], {
      cwd: folders[0],
      env,
    }).catch((error: { stdout: string; stderr: string }) => error);
    return stdout + stderr;
  }

  async function ask(type: string, address: string): Promise<string[]> {
    const { stdout } = await run('dig', [`@${address}`, '+short', '+time=2', ZONE, type]);
    return stdout.split('\n').filter((line) => line !== '');
  }

  const tags = async (address: string): Promise<number> => (await ask('DNSKEY', address)).length;

  test('are made, shown to the parent, and trusted', async () => {
    await until(
      () => roll(),
      (now) => now.parentAwaitedSince !== undefined || now.state === 'secure',
      PATIENCE_MS,
    );
    await isDone();
    assert.equal((await roll()).state, 'secure');
    assert.equal(registry.dsOf(`${ZONE}.`).length, 1);
    await allAre('secure');
    // Nothing is asked for any more.
    assert.deepEqual(await ask('CDS', FIRST), []);
    assert.deepEqual(wrong, []);
  });

  test('are replaced, also where the server is killed in the middle', async () => {
    const [before] = registry.dsOf(`${ZONE}.`);
    readsCds = false;
    assert.match(await dnssec('roll', ZONE, '--kind', 'csk'), /csk/);
    await until(
      () => roll(),
      (now) => now.parentAwaitedSince !== undefined,
      PATIENCE_MS,
    );
    assert.equal(await tags(FIRST), 2);
    const { blocked } = await roll();
    assert.match(
      blocked.map(({ text }) => text).join('\n'),
      /ns\.example at 10\.53\.0\.2 (still answers DS|has no DS of key)/,
    );
    const pid = servers[0].process.pid ?? 0;
    for (const each of [pid, ...childrenOf(pid)]) process.kill(each, 'SIGKILL');
    servers[0] = await start(0);
    readsCds = true;
    await isDone();
    const [now, ...more] = registry.dsOf(`${ZONE}.`);
    assert.ok(now !== undefined && now !== before && more.length === 0);
    await until(
      async () => [await tags(FIRST), await tags(SECOND)].join(),
      (counts) => counts === '1,1',
      PATIENCE_MS,
    );
    await allAre('secure');
    assert.deepEqual(wrong, []);
  });

  test('stay as long as the parent has a DS of them', async () => {
    assert.match(await dnssec('unsign', ZONE), /want the zone signed/);
    readsCds = false;
    writeFileSync(path.join(folders[0] ?? '', 'dnsteer.yaml'), config(true, []));
    process.kill(servers[0].process.pid ?? 0, 'SIGHUP');
    await until(
      () => roll(),
      ({ blocked }) => blocked.some(({ text }) => text.includes('"start"')),
      PATIENCE_MS,
    );
    assert.equal(await tags(FIRST), 1);
    await dnssec('unsign', ZONE);
    await until(
      () => roll(),
      ({ blocked }) => blocked.some(({ reason }) => reason.kind === 'ds-still'),
      PATIENCE_MS,
    );
    await until(
      () => ask('CDS', FIRST),
      (cds) => cds.join() === '0 0 0 00',
    );
    await allAre('secure');
    readsCds = true;
    await until(
      () => servers[0].status(),
      ({ zones }) => zones[0]?.signing === undefined,
      PATIENCE_MS,
    );
    assert.equal(await tags(FIRST), 0);
    assert.deepEqual(registry.dsOf(`${ZONE}.`), []);
    writeFileSync(path.join(folders[1] ?? '', 'dnsteer.yaml'), config(false, []));
    process.kill(servers[1].process.pid ?? 0, 'SIGHUP');
    await allAre('insecure');
    assert.deepEqual(wrong, []);
  });
});

const PATIENCE_MS = 60_000;
