/** Recording in a server: switched on and off while it runs, whole lines whatever ends it, and answers beside a full disk. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { RecordedLine, RecordingHeader } from '../../runtime/rpc/recorded-line.ts';
import { dnsteer } from '../cli/dnsteer.ts';
import { Client } from '../support/client.ts';
import { type ServerOptions, startServer, type TestServer, UNHURRIED } from '../support/dnsteer.ts';
import { blocksOf } from '../support/readme.ts';
import { until } from '../support/until.ts';

const POLICY = `import { definePolicy } from 'dnsteer';
  export default definePolicy({
    pools: { us: { A: '192.0.2.1' }, eu: { A: '198.51.100.1' } },
    fallback: 'us',
    ttl: 30,
    hosts: {
      www: (query) => (query.client.country === 'DE' ? 'eu' : 'us'),
      '*.any': (query) => { if (query.name.startsWith('fail')) throw new Error('as it is to'); return 'us'; },
    },
  });`;
const GEO = "geo: { overrides: { '127.0.0.0/8': { country: DE } } }\n";
const ALL = 'record: { sample: 1 }\n';

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-record-'));
const FOLDER = path.join(folder, '.dnsteer', 'recordings');
after(() => rmSync(folder, { recursive: true, force: true }));

/** Does something with a server in the folder, whose files stay, and a client. */
async function withServer(
  options: ServerOptions,
  work: (server: TestServer, client: Client) => Promise<void>,
): Promise<void> {
  const server = await startServer({
    folder,
    env: UNHURRIED,
    patienceMs: 60_000,
    policies: { 'shop.example.ts': POLICY, 'plain.example.zone': 'www 30 IN TXT plain\n' },
    ...options,
  });
  let client: Client | undefined;
  try {
    client = await Client.open(server.port);
    await work(server, client);
  } finally {
    client?.close();
    await server.stop();
  }
}

/** All lines, as they are: those that cannot be read as texts. */
function recorded(): (RecordedLine | string)[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .sort()
    .flatMap((name) => {
      const text = readFileSync(path.join(FOLDER, name), 'utf8');
      assert.ok(text.endsWith('\n'), `${name} ends in a whole line`);
      const [header = '', ...lines] = text.trimEnd().split('\n');
      assert.equal((JSON.parse(header) as RecordingHeader).dnsteer, 'recording');
      return lines.map((line) => {
        try {
          return JSON.parse(line) as RecordedLine;
        } catch {
          return line;
        }
      });
    });
}

function shown(line: RecordedLine | string | undefined): unknown {
  if (typeof line !== 'object') return line;
  const { name, client, host, source, fallback, reads, answer, rcode } = line;
  return { name, client, host, source, fallback, reads, answer, rcode };
}

const WWW = {
  name: 'www.shop.example',
  client: '127.0.0.0/24',
  host: 'www',
  source: 'policy',
  fallback: undefined,
  reads: [['client.country', 'DE']],
  answer: ['www.shop.example. 30 IN A 198.51.100.1'],
  rcode: 'NOERROR',
};

test('Queries are recorded from the reload on that says so, until one says otherwise, by the same processes', async () => {
  await withServer({ config: GEO, processes: 2 }, async (server, client) => {
    const admin = new URL(server.adminUrl).host;
    const reload = async (settings: string) => {
      writeFileSync(path.join(folder, 'dnsteer.yaml'), GEO + settings);
      const { code, stdout, stderr } = await dnsteer(['reload', '--admin', admin], { cwd: folder });
      assert.equal(code, 0, stdout + stderr);
    };
    const pids = async () =>
      (await server.status()).processes.filter(({ kind }) => kind === 'answer').map(({ pid }) => pid);
    const before = await pids();
    await client.ask('www.shop.example');
    assert.equal((await server.status()).recording, undefined);
    assert.deepEqual(recorded(), []);
    // As the README shows it, but for the share.
    const [settings] = blocksOf('Record');
    await reload(settings?.text.replace('sample: 0.01', 'sample: 1') ?? assert.fail());
    for (const name of ['www.shop.example', 'www.shop.example', 'fail.any.shop.example', 'none.shop.example'])
      await client.ask(name);
    await client.ask('www.plain.example', 'TXT');
    const { recording } = await until(
      () => server.status(),
      (status) => status.recording?.written === 5,
    );
    assert.deepEqual(recording, { sample: 1, full: false, folder: FOLDER, written: 5, dropped: 0 });
    const lines = recorded();
    const ofWww = lines.filter((line) => typeof line === 'object' && line.host === 'www');
    assert.deepEqual(ofWww.map(shown), [WWW, WWW]);
    // Processes send theirs when they like.
    assert.deepEqual(
      lines
        .map((line) =>
          typeof line === 'object' ? `${line.source} ${line.fallback ?? ''} ${line.rcode}` : line,
        )
        .sort(),
      ['fallback throw NOERROR', 'policy  NOERROR', 'policy  NOERROR', 'static  NOERROR', 'static  NXDOMAIN'],
    );
    const { stdout } = await dnsteer(['status', '--admin', admin], { cwd: folder });
    assert.match(stdout, /Recording 1 of queries, in .*recordings: written 5, dropped 0/);
    const metrics = await (await fetch(`${server.adminUrl}/metrics`)).text();
    assert.match(metrics, /^dnsteer_recorded_queries_total\{outcome="written"\} 5$/m);
    await reload('');
    await client.ask('www.shop.example');
    assert.deepEqual(await pids(), before);
    const { recording: last } = await server.status();
    assert.deepEqual([last?.sample, last?.written], [0, 5]);
    assert.equal(recorded().length, 5);
  });
});

test('What was answered before SIGTERM is written by its end', async () => {
  const before = recorded().length;
  await withServer({ config: GEO + ALL, processes: 2 }, async (server, client) => {
    const answers = await Promise.all(Array.from({ length: 300 }, () => client.ask('www.shop.example')));
    assert.ok(answers.every((answer) => answer !== undefined));
    const ended = once(server.process, 'exit');
    server.process.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null]);
  });
  const lines = recorded().slice(before);
  assert.equal(lines.length, 300);
  assert.ok(lines.every((line) => typeof line === 'object'));
});

test('The successor of a server that was killed ends the line that was cut off, and goes on behind it', async () => {
  await withServer({ config: GEO + ALL }, async (server, client) => {
    await client.ask('www.shop.example');
    await until(
      () => server.status(),
      ({ recording }) => recording?.written === 1,
    );
    const ended = once(server.process, 'exit');
    server.process.kill('SIGKILL');
    await ended;
  });
  const newest = readdirSync(FOLDER).sort().at(-1) ?? '';
  appendFileSync(path.join(FOLDER, newest), '{"id":"cut');
  await withServer({ config: GEO + ALL }, async (_, client) => {
    await client.ask('www.shop.example');
  });
  assert.deepEqual(readdirSync(FOLDER).sort().at(-1), newest);
  const [cut, last] = recorded().slice(-2);
  assert.equal(cut, '{"id":"cut');
  assert.deepEqual(shown(last), WWW);
});

test('Beside a full disk all is answered; what there is no room for is dropped, counted and told, until there is room', async () => {
  const faults = path.join(folder, 'fault');
  writeFileSync(faults, JSON.stringify({ code: 'ENOSPC', under: [FOLDER] }));
  const before = recorded().length;
  await withServer({ config: GEO + ALL, faults }, async (server, client) => {
    let asked = 0;
    const askMany = async () => {
      for (let round = 0; round < 50; round += 1) {
        const answers = await Promise.all(Array.from({ length: 20 }, () => client.ask('www.shop.example')));
        assert.ok(answers.every((answer) => answer?.answers[0] === 'A 198.51.100.1'));
        asked += answers.length;
      }
    };
    // So many that they wait for nobody any more: then they are dropped.
    const { unkept, recording } = await until(
      async () => {
        await askMany();
        return await server.status();
      },
      (status) => (status.recording?.dropped ?? 0) > 0,
    );
    assert.deepEqual([unkept, recording?.written], [['recordings of queries'], 0]);
    assert.match(server.output(), /STATE_UNWRITTEN.*Queries are not recorded: no space is left/);
    assert.equal(server.output().match(/Queries are not recorded/g)?.length, 1);
    writeFileSync(faults, '');
    await server.printed(/What could not be written is written now: recordings of queries/);
    const end = await until(
      () => server.status(),
      ({ recording: now }) => (now?.written ?? 0) + (now?.dropped ?? 0) === asked,
    );
    assert.deepEqual(end.unkept, []);
    assert.equal(recorded().length - before, end.recording?.written);
  });
});
