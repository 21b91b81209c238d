/** Explanations say what happened, and agree with the answer a client gets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from '../../../runtime/answer/explain/explain.ts';
import type { ExplainAsk, Explanation } from '../../../runtime/rpc/explanation.ts';
import type { ManifestData } from '../../../runtime/rpc/plan.ts';
import { failure, type Script } from '../scripted-sandbox.ts';
import { Server } from '../server.ts';

const POLICY: Partial<ManifestData> = {
  pools: { us: { records: { A: ['192.0.2.1'] } }, eu: { records: { A: ['198.51.100.1'] } } },
  fallback: { kind: 'pool', pool: 'us' },
  hosts: { www: null, plain: { kind: 'pool', pool: 'eu' }, alias: null },
};

const byCountry: Script = (read) => ({
  kind: 'firstHealthy',
  of: (read('client.country') === 'DE' ? ['eu', 'us'] : ['us', 'eu']).map((pool) => ({ kind: 'pool', pool })),
});

function serve(script: Script): Server {
  const server = new Server();
  server.put({ policy: POLICY, records: 'mail 60 A 192.0.2.25\n' });
  server.sandbox.script = script;
  return server;
}

function ask(server: Server, name: string, more: Partial<ExplainAsk> = {}): Promise<Explanation> {
  return explain({ name, type: 'A', facts: {}, ...more }, server.parts);
}

test('A decision is explained by what was read, the plan, the steering and the answer', async () => {
  const told = await ask(serve(byCountry), 'www.example.com.', { from: '198.51.100.77' });
  const { client, totalMicros, ...rest } = told;
  assert.ok(totalMicros > 0);
  assert.deepEqual([client.country, client.ip, client.subnet], ['DE', '198.51.100.77', '198.51.100.0/24']);
  assert.deepEqual(rest, {
    name: 'www.example.com.',
    type: 'A',
    zone: 'example.com',
    version: '00000001',
    file: 'policies/example.com.ts',
    followed: [],
    source: 'policy',
    host: 'www',
    reads: [['client.country', 'DE']],
    plan: byCountry(() => 'DE', assert.fail as never),
    steering: [
      { depth: 0, subject: 'eu', verdict: 'chosen', why: 'health: unchecked' },
      { depth: 0, subject: 'us', verdict: 'kept', why: 'health: unchecked' },
    ],
    rcode: 'NOERROR',
    answer: ['www.example.com. 30 IN A 198.51.100.1'],
    authority: [],
    ecsScope: 24,
    policyMicros: 100,
  });
});

test('A country stands in for what geo data says, and brings its continent', async () => {
  const { client, answer } = await ask(serve(byCountry), 'www.example.com.', { facts: { country: 'DE' } });
  assert.deepEqual(client, { country: 'DE', continent: 'EU', eu: true });
  assert.deepEqual(answer, ['www.example.com. 30 IN A 198.51.100.1']);
});

test('A network is asked for as its resolver would', async () => {
  const { client, answer } = await ask(serve(byCountry), 'www.example.com.', { from: '198.51.100.0/25' });
  assert.equal(client.ip, '198.51.100.0');
  assert.deepEqual(answer, ['www.example.com. 30 IN A 198.51.100.1']);
});

test('The policy runs each time, whatever is remembered, and nothing is remembered of it', async () => {
  const server = serve(byCountry);
  server.ask('www.example.com A');
  await ask(server, 'www.example.com.');
  await ask(server, 'www.example.com.', { from: '192.0.2.1' });
  assert.equal(server.sandbox.asked.length, 3);
  server.ask({ question: 'www.example.com A', from: '192.0.2.1' });
  assert.equal(server.sandbox.asked.length, 4);
});

test('A fallback is explained by why it stood in', async () => {
  const told = await ask(
    serve(() => failure('throw', 'Out of luck')),
    'www.example.com.',
  );
  assert.equal(told.source, 'fallback');
  assert.deepEqual(told.fallback, { reason: 'throw', message: 'Out of luck', stack: 'at bundle.js:1:1' });
  assert.deepEqual(told.plan, { kind: 'pool', pool: 'us' });
  assert.deepEqual(told.answer, ['www.example.com. 30 IN A 192.0.2.1']);
});

test('A constant plan, a static record and a name that is not ours are told apart', async () => {
  const server = serve(() => assert.fail('Nothing was to be asked'));
  const plain = await ask(server, 'plain.example.com.');
  assert.deepEqual([plain.source, plain.host, plain.plan], ['policy', 'plain', { kind: 'pool', pool: 'eu' }]);
  const mail = await ask(server, 'mail.example.com.');
  assert.deepEqual([mail.source, mail.answer], ['static', ['mail.example.com. 60 IN A 192.0.2.25']]);
  const other = await ask(server, 'www.example.org.');
  assert.deepEqual([other.source, other.rcode, other.zone], ['none', 'REFUSED', undefined]);
});

test('A CNAME to another host of the policy is followed, and what led there was read too', async () => {
  const server = serve((read, { host }) =>
    host === 'alias' && read('client.country') === 'DE'
      ? { kind: 'cname', target: 'www.example.com' }
      : { kind: 'pool', pool: read('health.eu') === 'down' ? 'us' : 'eu' },
  );
  const told = await ask(server, 'alias.example.com.', { from: '198.51.100.77' });
  assert.deepEqual([told.host, told.followed], ['www', ['www.example.com.']]);
  assert.deepEqual(told.reads, [
    ['client.country', 'DE'],
    ['health.eu', 'up'],
  ]);
  assert.deepEqual(told.answer, [
    'alias.example.com. 30 IN CNAME www.example.com.',
    'www.example.com. 30 IN A 198.51.100.1',
  ]);
});

test('A fallback is told of as that of the host that failed, wherever its CNAME leads', async () => {
  const server = new Server();
  const fallback = { kind: 'cname', target: 'www.example.com' } as const;
  server.put({ policy: { ...POLICY, fallback } });
  server.sandbox.script = (_read, { host }) =>
    host === 'alias' ? failure('throw', 'Out of luck') : { kind: 'pool', pool: 'eu' };
  const told = await ask(server, 'alias.example.com.');
  assert.deepEqual([told.source, told.host, told.plan], ['fallback', 'alias', fallback]);
});

test('A name that is delegated is told of with the servers that answer it', async () => {
  const server = new Server();
  server.put({ policy: POLICY, records: 'sub 60 NS ns.example.net.\n' });
  const told = await ask(server, 'www.sub.example.com.');
  assert.deepEqual([told.source, told.rcode, told.answer], ['delegation', 'NOERROR', []]);
  assert.deepEqual(told.authority, ['sub.example.com. 60 IN NS ns.example.net.']);
});
