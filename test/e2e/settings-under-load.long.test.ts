/**
 * Settings that change under load: those that processes take over change no process, and those that need others cost no
 * query. Policies decide in the sandbox all the while, for few decisions are remembered.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { dnsteer } from '../cli/dnsteer.ts';
import { atEnd } from '../support/at-end.ts';
import { Crowd } from '../support/crowd.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { TcpCrowd } from '../support/tcp-crowd.ts';
import { until } from '../support/until.ts';

const NAMES = 1000;

const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({
  fallback: { TXT: ['fallback'] },
  hosts: {
    '*.fixed': { TXT: ['fixed'] },
    '*.by': (query) => ({ TXT: ['by ' + query.name.split('.')[0] + '.'] }),
  },
});
`;

const QUESTIONS: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from({ length: NAMES }, (_, index) => [
    [`n${index}.by.p.example`, `by n${index}.`],
    ...Array.from({ length: 18 }, (_more, more) => [`${index}-${more}.s.example`, 'static']),
    [`n${index}.fixed.p.example`, 'fixed'],
  ]).flat(),
);

/** What the file says, whatever changes. */
const KEPT = {
  processes: 2,
  geo: { detail: 'none' },
  memo: { leaves: 200 },
  policy: { budget: 100, deadline: 2000, maxDeadline: 2000 },
};

/** Settings that processes take over, by turns. */
const AT_ONCE: readonly object[] = [
  { edns: { udpSize: 1400 } },
  { identity: { name: 'one', version: 'two' } },
  { rateLimit: { slip: 3, responsesPerSecond: 100 } },
  { rateLimit: { mode: 'off' } },
  { tcp: { idle: 20, clients: 300 } },
  { memo: { leaves: 100, packets: 1024 } },
  { log: { queries: 0.0001 } },
  { zone: { negativeTtl: 20 } },
  { transfer: { allow: [{ from: '192.0.2.0/24' }] } },
  { proxy: { from: ['192.0.2.0/24'] } },
];

/** Settings that need other processes. */
const NEW_PROCESSES: readonly object[] = [
  { processes: 3 },
  { geo: { detail: 'none', overrides: { '192.0.2.0/24': { country: 'DE' } } } },
  { sandbox: { memory: 2048 } },
  { udp: { sockets: 'dgram' } },
  {},
];

const pidsOf = async (server: TestServer) =>
  (await server.status()).processes.flatMap(({ kind, pid }) => (kind === 'answer' ? pid : []));

async function running(context: TestContext) {
  const server = await startServer({
    policies: {
      'p.example.ts': POLICY,
      's.example.zone': '*.s.example. 30 IN TXT static\n',
    },
    config: JSON.stringify(KEPT),
    env: { DNSTEER_PROCESSES: '', DNSTEER_GEO_DETAIL: '' },
  });
  atEnd(context, () => server.stop());
  const { port } = server;
  const udp = await Crowd.gather({ port, questions: QUESTIONS, perSecond: 2000, patienceMs: 4000 });
  const tcp = TcpCrowd.gather({ port, questions: QUESTIONS, perSecond: 100, connections: 8 });
  return { server, udp, tcp };
}

let reloads = 0;

/** By a signal and by the verb, in turns; fails if the settings are not in force. */
async function change(server: TestServer, settings: object): Promise<void> {
  writeFileSync(path.join(server.folder, 'dnsteer.yaml'), JSON.stringify({ ...KEPT, ...settings }));
  reloads += 1;
  if (reloads % 2 === 0) server.process.kill('SIGHUP');
  else {
    const admin = new URL(server.adminUrl).host;
    const { code, stderr } = await dnsteer(['reload', '--admin', admin], { cwd: server.folder });
    assert.equal(code, 0, stderr);
  }
  const number = reloads;
  const { lastReload } = await until(
    () => server.status(),
    (status) => (status.lastReload?.number ?? 0) >= number,
  );
  assert.equal(lastReload?.outcome, 'done', lastReload?.problems.join() ?? 'no reload');
}

test('Settings that change under load cost no query, and no process where none is needed', async (context) => {
  const { server, udp, tcp } = await running(context);
  const counted = udp.begin();
  try {
    const before = await pidsOf(server);
    for (let turn = 0; turn < 20; turn += 1) await change(server, AT_ONCE[turn % AT_ONCE.length] ?? {});
    assert.deepEqual(await pidsOf(server), before);
    for (const settings of NEW_PROCESSES) await change(server, settings);
  } finally {
    await Promise.all([udp.leave(), tcp.leave()]);
  }
  const told = () =>
    server
      .output()
      .split('\n')
      .filter((line) => /fallback|WARN|ERROR|lost|ended/.test(line))
      .slice(0, 20)
      .join('\n');
  const { sent, lost, wrong } = counted;
  assert.ok(sent > 10_000, `${sent} queries`);
  assert.deepEqual({ lost, wrong }, { lost: 0, wrong: 0 }, told());
  assert.deepEqual([tcp.tally.lost, tcp.tally.wrong], [0, 0], told());
  assert.doesNotMatch(told(), /fallback/i);
});
