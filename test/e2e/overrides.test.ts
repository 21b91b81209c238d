/** Operators take pools out and put them back while clients are answered: no policy changes, and a restart forgets nothing. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Explanation } from '../../runtime/rpc/explanation.ts';
import { dnsteer } from '../cli/dnsteer.ts';
import { Client } from '../support/client.ts';
import type { TestServer } from '../support/dnsteer.ts';
import { serverFolder } from '../support/server-folder.ts';
import { until } from '../support/until.ts';

const EU = '192.0.2.1 192.0.2.2';
const US = '198.51.100.1';

function policy(ttl: number): string {
  return `import { definePolicy, firstHealthy } from 'dnsteer';
export default definePolicy({
  ttl: ${ttl},
  pools: { eu: { A: ['192.0.2.1', '192.0.2.2'] }, us: { A: '198.51.100.1' } },
  fallback: firstHealthy('eu', 'us'),
  hosts: { www: firstHealthy('eu', 'us'), read: (query) => ({ TXT: query.health('eu') }) },
});
`;
}

const POLICIES = { 'shop.example.ts': policy(30), 'pay.example.ts': policy(30) };

type Asked = 'A' | 'TXT';

async function asked(server: TestServer, name: string, type: Asked = 'A'): Promise<string> {
  const client = await Client.open(server.port);
  const reply = await client.ask(name, type);
  client.close();
  return (
    reply?.answers
      .map((one) => one.replace(/^\w+ /, ''))
      .toSorted()
      .join(' ') ?? 'nothing'
  );
}

/** The answer of all processes, once they agree on it. */
async function answers(
  server: TestServer,
  expected: string,
  name = 'www.shop.example',
  type: Asked = 'A',
): Promise<void> {
  await until(
    () => Promise.all(Array.from({ length: 8 }, () => asked(server, name, type))),
    (all) => all.every((one) => one === expected),
  );
}

const commands = (server: TestServer) => async (line: string) => {
  const env = { DNSTEER_ADMIN_LISTEN: new URL(server.adminUrl).host };
  const { code, stdout, stderr } = await dnsteer(line.split(' '), { cwd: server.folder, env });
  return `${code} ${stdout}${stderr}`.trimEnd();
};

const STARTED = { policies: POLICIES, processes: 2 } as const;

test('A pool is drained, forced and put back, and what is said is told beside what is', async (context) => {
  const { folder, start } = serverFolder(context);
  const server = await start(STARTED);
  const run = commands(server);
  assert.match(
    await run('drain shop.example/eu --reason switch --owner anna --for 2h'),
    /^0 shop\.example\/eu: drained by anna since \S+Z until \S+Z: switch$/,
  );
  await answers(server, US);
  await answers(server, EU, 'www.pay.example');
  await answers(server, 'down', 'read.shop.example', 'TXT');
  const told = await run('explain www.shop.example');
  assert.match(told, /eu +dropped +health: down, drained \(unchecked\)/);
  assert.match(told, /Overridden +shop\.example\/eu is drained by anna since \S+ until \S+: switch/);
  assert.match(await run('status'), /shop\.example eu +unchecked +drained/);
  const { zones, overrides } = await server.status();
  const pool = zones.find(({ zone }) => zone === 'shop.example')?.pools.find(({ name }) => name === 'eu');
  assert.deepEqual([pool?.health, pool?.override, overrides.length], ['up', { pool: 'eu', whole: 0 }, 1]);
  const page = await (await fetch(server.adminUrl)).text();
  assert.match(page, /eu unchecked<\/span> <span class="odd">drained<\/span>/);
  const metrics = await (await fetch(`${server.adminUrl}/metrics`)).text();
  assert.match(metrics, /^dnsteer_pool_override\{zone="shop\.example",pool="eu",override="drain"\} 1$/m);
  assert.match(metrics, /^dnsteer_overrides\{kind="drain",by="operator"\} 1$/m);
  assert.match(metrics, /^dnsteer_pool_up\{zone="shop\.example",pool="eu"\} 1$/m);

  assert.match(await run('drain shop.example/us'), /^0 .*warning: All pools of shop\.example are drained/s);
  await answers(server, '');
  assert.match(
    await run('force up shop.example/us'),
    /^1 error: shop\.example\/us cannot be forced up: .*undrain/,
  );
  assert.equal(
    await run('undrain shop.example/*'),
    '0 shop.example/eu: no longer drained\nshop.example/us: no longer drained',
  );
  await answers(server, EU);
  assert.equal(await run('overrides'), '0 Nothing is overridden');
  assert.match(
    await run('drain shop.example/eux'),
    /^1 error: shop\.example has no pool "eux"; did you mean "eu"\?$/,
  );

  await run('drain shop.example/eu/192.0.2.1');
  await answers(server, '192.0.2.2');
  const audit = readFileSync(path.join(folder, '.dnsteer', 'audit.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  const entries = audit.map((line) => JSON.parse(line));
  assert.equal(entries.length, 6);
  assert.deepEqual(
    entries.map(({ status }) => status),
    [200, 200, 409, 200, 404, 200],
  );
  assert.deepEqual(
    [entries[0].from, entries[0].path, entries[0].query.owner, entries[2].error.slice(0, 15)],
    ['127.0.0.1', '/api/override', 'anna', 'shop.example/us'],
  );
});

test('An edit, a new process and a new server go by what was said', async (context) => {
  const { start } = serverFolder(context);
  const server = await start(STARTED);
  await commands(server)('drain */eu --reason site');
  await answers(server, US);
  server.write('shop.example.ts', policy(20));
  await server.printed(/Zone is live/, server.output().length);
  server.write('new.example.ts', policy(30));
  await server.printed(/"zone":"new\.example".*Zone is live/);
  await answers(server, US);
  await answers(server, US, 'www.new.example');
  const { processes } = await server.status();
  for (const { kind, pid } of processes) if (kind === 'answer') process.kill(pid, 'SIGKILL');
  await until(
    () => server.status(),
    ({ ready, processes: now }) =>
      ready && now.every(({ kind, restarts }) => kind !== 'answer' || restarts > 0),
  );
  await answers(server, US);
  await server.stop();

  const next = await start(STARTED);
  // From the first answer on.
  assert.equal(await asked(next, 'www.shop.example'), US);
  const third = start({ ...STARTED, args: ['--replace'], port: next.port });
  await answers(await third, US, 'www.pay.example');
  assert.match(await commands(await third)('undrain */eu'), /no longer drained/);
  await answers(await third, EU, 'www.pay.example');
});

test('A drain over time leaves a share that falls, and explanations tell it', async (context) => {
  const { start } = serverFolder(context);
  const server = await start({ ...STARTED, processes: 1 });
  const run = commands(server);
  assert.match(await run('drain shop.example/eu --leave 50%'), /drained to 50 % by/);
  const counts = await until(
    () => Promise.all(Array.from({ length: 100 }, () => asked(server, 'www.shop.example'))),
    (all) => all.includes(US),
  );
  const share = counts.filter((one) => one === EU).length;
  assert.ok(share > 20 && share < 80, `${share} of 100`);
  const { steering } = (await (
    await fetch(`${server.adminUrl}/api/explain?name=www.shop.example&seed=1`)
  ).json()) as Explanation;
  assert.match(steering[0]?.why ?? '', /^health: up, drained to 50 % \(unchecked\)/);
  assert.match(await run('drain shop.example/eu --over 2s'), /, to 0 % at /);
  await answers(server, US);
});
