/**
 * The README's unit for systemd: systemd has nothing against it; and what it starts is run as it says, by a user of its own with
 * the capabilities and folders that the unit gives, below another root.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { after, describe, test } from 'node:test';
import { BIN } from '../support/bin.ts';
import { missing } from '../support/dig.ts';
import { readmeBlocks } from '../support/readme.ts';
import { until } from '../support/until.ts';

const UNIT = /^# (\/etc\/systemd\/system\/dnsteer\.service)\n/;
const SERVICE = 12_346;
const ADDRESS = '127.53.53.1';
const PATIENCE_MS = 30_000;

const unit = readmeBlocks().find(({ text }) => UNIT.test(text))?.text ?? assert.fail('the README has a unit');

const COMMANDS = /^# Commands for that server/;
const commands =
  readmeBlocks().find(({ text }) => COMMANDS.test(text))?.text ?? assert.fail('the README has commands');

/** All values of a directive. */
function said(directive: string): string[] {
  return [...unit.matchAll(new RegExp(`^${directive}=(.*)$`, 'gm'))].map(([, value = '']) => value);
}

function one(directive: string): string {
  const [value, ...more] = said(directive);
  assert.deepEqual(more, [], directive);
  return value ?? assert.fail(`the unit has no ${directive}`);
}

/** Whether another user may run what is here. */
function unreachable(): string | false {
  if (process.geteuid?.() !== 0) return 'only root can become another user';
  const args = [...asService(), process.execPath, '--check', BIN];
  return spawnSync('setpriv', args).status === 0 ? false : 'other users cannot read this folder';
}

/** Arguments of setpriv for what the unit says of user and rights. */
function asService(): string[] {
  const capabilities = `-all,${one('AmbientCapabilities')
    .split(' ')
    .map((name) => `+${name.replace(/^CAP_/, '').toLowerCase()}`)
    .join()}`;
  assert.equal(one('CapabilityBoundingSet'), one('AmbientCapabilities'));
  assert.equal(one('NoNewPrivileges'), 'true');
  return [
    `--reuid=${SERVICE}`,
    `--regid=${SERVICE}`,
    '--clear-groups',
    '--no-new-privs',
    `--inh-caps=${capabilities}`,
    `--ambient-caps=${capabilities}`,
    `--bounding-set=${capabilities}`,
  ];
}

describe('The unit for systemd in the README', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'dnsteer-unit-'));
  after(() => rmSync(root, { recursive: true, force: true }));
  /** Paths that the README makes, below this root. */
  const below = (text: string): string => text.replaceAll(/\/(?:opt|etc|var\/lib)\/dnsteer/g, `${root}$&`);

  test('systemd knows all that it says', { skip: missing('systemd-analyze') }, () => {
    const file = path.join(root, 'dnsteer.service');
    // The programs need not be there, but systemd looks for them.
    writeFileSync(file, unit.replace(/^(Exec\w+)=\S+/gm, '$1=/bin/true'));
    const { stdout, stderr, status } = spawnSync('systemd-analyze', ['verify', '--man=no', file], {
      encoding: 'utf8',
    });
    const complaints = (stdout + stderr).split('\n').filter((line) => line.includes('dnsteer.service'));
    assert.deepEqual(complaints, []);
    assert.equal(status, 0);
  });

  const skip = missing('setpriv') || missing('dig') || missing('dnssec-keygen') || unreachable();
  test('what it starts answers on port 53, has its state, takes keys that root imports, and reloads', {
    skip,
  }, async () => {
    chmodSync(root, 0o755);
    const [program = '', ...args] = below(one('ExecStart')).split(' ');
    const working = below(one('WorkingDirectory'));
    const states = one('StateDirectory')
      .split(' ')
      .map((name) => path.join(root, 'var', 'lib', name));
    mkdirSync(path.join(working, 'policies'), { recursive: true });
    mkdirSync(path.dirname(program), { recursive: true });
    symlinkSync(BIN, program);
    // As npm does where it installs the program.
    chmodSync(BIN, 0o755);
    symlinkSync(process.execPath, path.join(path.dirname(program), 'node'));
    for (const state of states) {
      mkdirSync(state, { recursive: true });
      chmodSync(state, Number.parseInt(one('StateDirectoryMode'), 8));
      chownSync(state, SERVICE, SERVICE);
    }
    writeFileSync(
      path.join(working, 'dnsteer.yaml'),
      `listen: ['${ADDRESS}:53']\ndnssec: { zones: ['*'] }\nadmin: { listen: '${ADDRESS}:8053' }\n`,
    );
    writeFileSync(
      path.join(working, 'policies', 'unit.example.zone'),
      '$TTL 60\n@ SOA ns h 1 7200 600 86400 30\n@ NS ns\nns A 192.0.2.1\n',
    );
    const env = Object.fromEntries(
      said('Environment')
        .flatMap((line) => below(line).split(' '))
        .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    );
    const child = spawn('setpriv', [...asService(), program, ...args], { cwd: working, env });
    try {
      const output = outputOf(child);
      await until(
        () => Promise.resolve(output()),
        (text) => /answers on/.test(text) || child.exitCode !== null,
        PATIENCE_MS,
      );
      assert.match(output(), /answers on/);
      const answer = execFileSync('dig', [`@${ADDRESS}`, 'ns.unit.example', 'A', '+short'], {
        encoding: 'utf8',
      });
      assert.equal(answer.trim(), '192.0.2.1');
      const [state = '', keys = ''] = states;
      assert.ok(readdirSync(state).length > 0, 'there is state');
      assert.ok(
        readdirSync(keys).some((name) => name.startsWith('Kunit.example')),
        'there is a key',
      );

      const told = execFileSync('sh', ['-ec', below(`${commands}dnsteer reload\n`)], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH },
      });
      assert.match(told, /^unit\.example +live/m);
      assert.match(told, /^The settings are in force$/m);

      const other = mkdtempSync(path.join(root, 'other-'));
      execFileSync('dnssec-keygen', [
        '-q',
        '-a',
        'ECDSAP256SHA256',
        '-f',
        'KSK',
        '-K',
        other,
        'unit.example',
      ]);
      const files = readdirSync(other).map((name) => path.join(other, name));
      execFileSync(program, ['dnssec', 'import', '--config', args.at(-1) ?? '', 'unit.example', ...files], {
        cwd: working,
        env,
      });
      for (const name of readdirSync(keys)) assert.equal(statSync(path.join(keys, name)).uid, SERVICE, name);

      const [kill = '', ...how] = one('ExecReload').replace('$MAINPID', String(child.pid)).split(' ');
      const before = output().length;
      execFileSync(kill, how);
      await until(
        () => Promise.resolve(output().slice(before)),
        (text) => /reload|Settings|settings/.test(text),
        PATIENCE_MS,
      );
    } finally {
      await end(child);
    }
    assert.equal(child.exitCode, 0);
  });
});

function outputOf(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  return () => text;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
