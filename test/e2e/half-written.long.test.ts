/** Zone files and policies that are written in place, slowly, while clients ask. */
import assert from 'node:assert/strict';
import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { atEnd } from '../support/at-end.ts';
import { Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';

const A_ZONE = `$TTL 3600
@ SOA ns1.host.example. admin.host.example. 2024010101 7200 3600 1209600 3600
@ NS ns1.host.example.
www A 192.0.2.1
mail A 192.0.2.2
`;
const B_POLICY = `import { definePolicy, firstHealthy } from 'dnsteer';
export default definePolicy({
  pools: { us: { A: '192.0.2.10' }, eu: { A: '198.51.100.20' } },
  fallback: 'us',
  hosts: { www: firstHealthy('us', 'eu') },
});
`;
const B_ZONE = 'mail A 192.0.2.2\n@ MX 10 mail\n';

async function running(context: TestContext, policies: Record<string, string>) {
  const server = await startServer({ policies });
  atEnd(context, () => server.stop());
  const client = await Client.open(server.port);
  atEnd(context, () => client.close());
  const ask = async (name: string) => {
    const reply = await client.ask(name, 'A');
    return `${reply?.rcode} ${reply?.answers.join()}`;
  };
  return { server, ask, file: (name: string) => path.join(server.folder, 'policies', name) };
}

/** Asks all the while; gives every answer that differs from the first. */
async function others(ask: () => Promise<string>, meanwhile: () => Promise<unknown>): Promise<string[]> {
  const first = await ask();
  const different: string[] = [];
  const done = new AbortController();
  const asking = (async () => {
    while (!done.signal.aborted) {
      const answer = await ask();
      if (answer !== first) different.push(answer);
      await pause(5);
    }
  })();
  try {
    await meanwhile();
  } finally {
    done.abort();
    await asking;
  }
  return different;
}

const hasError = (server: TestServer, from: number): boolean =>
  server.output().slice(from).includes('"level":"error"');

for (const [what, zone, policies, name] of [
  ['empty', 'a.example.zone', { 'a.example.zone': A_ZONE }, 'www.a.example'],
  ['empty', 'b.example.zone', { 'b.example.zone': B_ZONE, 'b.example.ts': B_POLICY }, 'mail.b.example'],
  ['; generated, please wait\n', 'a.example.zone', { 'a.example.zone': A_ZONE }, 'www.a.example'],
] as const) {
  test(`${zone} is "${what.trim()}" for 0.6 s, and nobody notices`, async (context) => {
    const { server, ask, file } = await running(context, policies);
    const from = server.output().length;
    const saved = (policies as Record<string, string>)[zone] ?? '';
    const different = await others(
      () => ask(name),
      async () => {
        writeFileSync(file(zone), what === 'empty' ? '' : what);
        await server.printed(/waits until it has been quiet/, from);
        await pause(500);
        writeFileSync(file(zone), `${saved}new A 192.0.2.3\n`);
        await until(
          () => ask(`new.${zone.slice(0, -5)}`),
          (answer) => answer.endsWith('192.0.2.3'),
        );
      },
    );
    assert.deepEqual(different, []);
    assert.equal(hasError(server, from), false, server.output());
  });
}

test('A big file written in pieces is served whole; what is left without records is refused', async (context) => {
  const lines = Array.from({ length: 20_000 }, (_, at) => `h${at} A 192.0.2.1\n`).join('');
  const { server, ask, file } = await running(context, { 'a.example.zone': A_ZONE + lines });
  const big = file('a.example.zone');
  const from = server.output().length;
  const different = await others(
    () => ask('h19999.a.example'),
    async () => {
      const text = `${A_ZONE}new A 192.0.2.3\n${lines}`;
      writeFileSync(big, '');
      for (let at = 0; at < text.length; at += 65_537) {
        appendFileSync(big, text.slice(at, at + 65_537));
        await pause(250);
      }
      await until(
        () => ask('new.a.example'),
        (answer) => answer.endsWith('192.0.2.3'),
      );
    },
  );
  assert.deepEqual(different, []);
  assert.equal(hasError(server, from), false, server.output());

  writeFileSync(big, '');
  await server.printed(/The file holds no record/, from);
  assert.match(await ask('h19999.a.example'), /192\.0\.2\.1$/);
});

test('Fewer records are served after a second, or at once if renamed; without SOA only if renamed', async (context) => {
  const { server, ask, file } = await running(context, { 'a.example.zone': A_ZONE });
  const zone = file('a.example.zone');
  const withoutMail = A_ZONE.replace(/^mail.*\n/m, '');
  const began = performance.now();
  writeFileSync(zone, withoutMail);
  await until(
    () => ask('mail.a.example'),
    (answer) => answer.startsWith('NXDOMAIN'),
  );
  assert.ok(performance.now() - began >= 1000);

  const from = server.output().length;
  writeFileSync(zone, 'www A 192.0.2.9\n');
  await server.printed(/its SOA record is gone/, from);
  assert.match(await ask('www.a.example'), /192\.0\.2\.1$/);

  // The content is that of the refused file: no change that is seen without being told.
  let renamedFrom = server.output().length;
  writeFileSync(`${zone}.new`, 'www A 192.0.2.9\n');
  renameSync(`${zone}.new`, zone);
  server.process.kill('SIGHUP');
  await until(
    () => ask('www.a.example'),
    (answer) => answer.endsWith('192.0.2.9'),
  );
  assert.doesNotMatch(server.output().slice(renamedFrom), /waits until/);
  // Written in place, it may be seen while it is cut to nothing.
  writeFileSync(zone, `${A_ZONE}new A 192.0.2.3\n`);
  await until(
    () => ask('new.a.example'),
    (answer) => answer.endsWith('192.0.2.3'),
  );
  renamedFrom = server.output().length;
  writeFileSync(`${zone}.new`, 'www A 192.0.2.8');
  renameSync(`${zone}.new`, zone);
  await until(
    () => ask('www.a.example'),
    (answer) => answer.endsWith('192.0.2.8'),
  );
  assert.doesNotMatch(server.output().slice(renamedFrom), /waits until/);
});

test('A policy that is cut to another program is not served, unless it stays so for a second', async (context) => {
  const begun = `import { definePolicy } from 'dnsteer';
let address = '192.0.2.1';
export default definePolicy({ fallback: { A: '192.0.2.9' }, hosts: { www: () => ({ A: address }) } });
`;
  const rest = "address = '192.0.2.2';\n";
  const { server, ask, file } = await running(context, { 'a.example.ts': begun + rest });
  const policy = file('a.example.ts');
  assert.match(await ask('www.a.example'), /192\.0\.2\.2$/);
  const from = server.output().length;
  const different = await others(
    () => ask('www.a.example'),
    async () => {
      writeFileSync(policy, begun);
      await server.printed(/is shorter than before/, from);
      appendFileSync(policy, rest);
      await pause(1500);
    },
  );
  assert.deepEqual(different, []);
  const began = performance.now();
  writeFileSync(policy, begun);
  await until(
    () => ask('www.a.example'),
    (answer) => answer.endsWith('192.0.2.1'),
  );
  assert.ok(performance.now() - began >= 1000);
});
