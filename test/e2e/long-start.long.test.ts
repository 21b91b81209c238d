/** A server with thousands of zones is asked for all of them while it starts, and one whose files are broken. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { atEnd } from '../support/at-end.ts';
import { childrenRunning } from '../support/children.ts';
import { Client } from '../support/client.ts';
import { freePort } from '../support/ports.ts';
import { serverFolder } from '../support/server-folder.ts';
import { until } from '../support/until.ts';

const ZONES = 3000;
/** Questions: zones are loaded in less than a second. */
const AT_ONCE = 16;
const APEX = '@ SOA ns.host.example. admin.host.example. 1 7200 3600 1209600 60\n@ NS ns.host.example.\n';
const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({ fallback: { A: ['192.0.2.1'] }, hosts: { www: () => ({ A: ['192.0.2.1'] }) } });
`;

test('While it starts, no zone that has a file is refused, or answered for by the zone above', async (context) => {
  const { folder, start } = serverFolder(context);
  const policies = path.join(folder, 'policies');
  mkdirSync(policies);
  for (let zone = 0; zone < ZONES; zone += 1) {
    if (zone % 3 === 0) writeFileSync(path.join(policies, `z${zone}.example.ts`), POLICY);
    else writeFileSync(path.join(policies, `z${zone}.example.zone`), `${APEX}www A 192.0.2.1\n`);
  }
  writeFileSync(path.join(policies, 'example.zone'), `${APEX}* A 192.0.2.66\n`);
  const port = await freePort();
  const client = await Client.open(port);
  atEnd(context, () => client.close());
  const starting = start({ port, processes: 2, patienceMs: 120_000 });
  const seen = new Map<string, number>();
  const over = new AbortController();
  const started = starting.finally(() => over.abort());
  let isOneKilled = false;
  for (let zone = 0; !over.signal.aborted; zone += AT_ONCE) {
    const zones = Array.from({ length: AT_ONCE }, (_, index) => (7 * (zone + index)) % ZONES);
    const replies = zones.map((one) => client.ask(`www.z${one}.example`, 'A', 100));
    for (const reply of await Promise.all(replies)) {
      const answer = reply && `${reply.rcode} ${reply.answers.join()}`;
      if (answer !== undefined) seen.set(answer, (seen.get(answer) ?? 0) + 1);
    }
    if (!isOneKilled && seen.size > 0) isOneKilled = killOne();
    await pause(1);
  }
  const server = await started;
  context.diagnostic(JSON.stringify([...seen]));
  assert.deepEqual([...seen.keys()].sort(), ['NOERROR A 192.0.2.1', 'SERVFAIL ']);
  assert.ok((seen.get('SERVFAIL ') ?? 0) > 100, 'it was asked for zones that were not loaded');
  assert.ok(isOneKilled);
  for (let zone = 0; zone < ZONES; zone += 97) {
    assert.deepEqual((await client.ask(`www.z${zone}.example`))?.answers, ['A 192.0.2.1']);
  }
  assert.deepEqual((await client.ask('www.zz.example'))?.answers, ['A 192.0.2.66']);
  assert.ok((await server.status()).processes.some(({ restarts }) => restarts > 0));
});

/** Kills one of the answer processes of the server that this process has started. */
function killOne(): boolean {
  const [control] = childrenRunning('bin.js', process.pid);
  const [answer] = control === undefined ? [] : childrenRunning('answer-process', control);
  return answer !== undefined && process.kill(answer, 'SIGKILL');
}

const LATIN_1 = Buffer.from(`${APEX}; caf\u00e9\nwww A 192.0.2.1\n`, 'latin1');
const BROKEN: Readonly<Record<string, string | Buffer>> = {
  'syntax.example.zone': `${APEX}www A 192.0.2\n`,
  'empty.example.zone': '',
  'cut.example.zone': `${APEX}www TXT "no end`,
  'policy.example.ts': 'export default definePolicy({',
  'latin1.example.zone': LATIN_1,
};

test('Of files that are broken at the first start nothing is answered with authority, until they are mended', async (context) => {
  const { folder, start } = serverFolder(context);
  mkdirSync(path.join(folder, 'policies'));
  for (const [file, content] of Object.entries(BROKEN)) {
    writeFileSync(path.join(folder, 'policies', file), content);
  }
  const server = await start();
  const client = await Client.open(server.port);
  atEnd(context, () => client.close());
  const ask = async (name: string) => (await client.ask(name, 'A'))?.rcode;
  const rcodes = async (zone: string) =>
    [await ask(zone), await ask(`ns1.${zone}`), await ask(`www.${zone}`)].join();
  for (const file of Object.keys(BROKEN)) {
    const zone = file.replace(/\.[a-z]+$/, '');
    const expected = zone === 'latin1.example' ? 'NOERROR,NXDOMAIN,NOERROR' : 'SERVFAIL,SERVFAIL,SERVFAIL';
    assert.equal(await rcodes(zone), expected, zone);
  }
  server.write('syntax.example.zone', `${APEX}www A 192.0.2.1\n`);
  await until(
    () => rcodes('syntax.example'),
    (all) => all === 'NOERROR,NXDOMAIN,NOERROR',
  );
});
