/** Queries that ask the same at one time: who waits for whom, and for how long. The law is in memo-law.test.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ManifestData } from '../../runtime/rpc/plan.ts';
import { messageToText } from './message-text.ts';
import { failure, type Script } from './scripted-sandbox.ts';
import { Server } from './server.ts';
import { pool } from './world.ts';

const POLICY: Partial<ManifestData> = {
  pools: { us: { records: { A: ['192.0.2.1'] } }, eu: { records: { A: ['198.51.100.1'] } } },
  hosts: { www: null, app: null },
};
const FALLBACK = 'www.example.com. 30 A 192.0.2.99';
const US = 'www.example.com. 30 A 192.0.2.1';

/** All runs are held back. */
function serverFor(script: Script, deadlineMs = 1_000_000): Server {
  const server = new Server();
  server.sandbox.script = script;
  server.sandbox.isHeld = true;
  server.put({ policy: POLICY, deadlineMs });
  return server;
}

function send(server: Server, count: number, name = 'www') {
  const question = `${name}.example.com A`;
  return Array.from({ length: count }, () => server.send({ question, from: '198.51.100.1' }));
}

function answers(sent: ReturnType<typeof send>): (string | undefined)[] {
  return sent.map(({ messages }) => messages[0] && messageToText(messages[0])[1]);
}

test('Those that wait are counted, and are hits once they are answered', () => {
  const server = serverFor((read) => pool(read('client.country') === 'DE' ? 'eu' : 'us'));
  const sent = send(server, 5);
  assert.deepEqual([server.sandbox.held, server.responder.waiting], [1, 5]);
  server.sandbox.release();
  assert.deepEqual(new Set(answers(sent)), new Set(['www.example.com. 30 A 198.51.100.1']));
  const { memoMisses, memoJoins, memoHits } = server.counters.steps;
  assert.deepEqual([memoMisses, memoJoins, memoHits], [1, 4, 4]);
});

for (const reason of ['deadline', 'throw', 'budget', 'sandbox'] as const) {
  test(`When the one that asked ends by "${reason}", the others ask for themselves, each by its own deadline`, () => {
    const server = serverFor(() => failure(reason));
    const sent = send(server, 4);
    assert.equal(server.sandbox.held, 1);
    server.sandbox.script = () => pool('us');
    server.sandbox.release();
    assert.equal(server.sandbox.held, 3);
    const deadlines = server.sandbox.asked.map(({ deadlineAt }) => deadlineAt);
    assert.equal(new Set(deadlines).size, 4);
    for (let count = 0; count < 3; count += 1) server.sandbox.release();
    assert.deepEqual(answers(sent), [FALLBACK, US, US, US]);
  });
}

test('Nobody waits for a query that has waited long itself', () => {
  const server = serverFor(() => pool('us'), 2);
  const [first] = send(server, 1);
  const started = performance.now();
  while (performance.now() - started < 2);
  const [second] = send(server, 1);
  assert.equal(server.sandbox.held, 2);
  server.sandbox.release();
  server.sandbox.release();
  assert.ok(first && second);
  assert.deepEqual(answers([first, second]), [US, US]);
  assert.deepEqual(server.contradictions, []);
});

test('Nobody waits for a query whose deadline is later than its own', () => {
  const server = serverFor((_read, { name }) =>
    name === 'www.example.com' ? { kind: 'cname', target: 'app.example.com' } : pool('us'),
  );
  const [early] = send(server, 1);
  // This one arrives later, and asks for app first.
  const [late] = send(server, 1, 'app');
  server.sandbox.release();
  assert.equal(server.sandbox.held, 2, 'the early one asks for app itself');
  server.sandbox.release();
  server.sandbox.release();
  assert.deepEqual([early?.messages.length, late?.messages.length], [1, 1]);
});

test('Those that wait for a version that is replaced are answered by it', () => {
  const server = serverFor(() => pool('us'));
  const sent = send(server, 3);
  const [before] = server.zones;
  server.put({ version: '00000002', policy: { ...POLICY, hosts: {} } });
  before?.attachment.policy?.memo.retire();
  while (server.sandbox.held > 0) server.sandbox.release();
  assert.deepEqual(answers(sent), [US, US, US]);
});

test('Without a memory nobody waits for anybody', () => {
  const server = new Server({ memory: { leaves: 0, policyOctets: 1000, octets: 1000 } });
  server.sandbox.script = () => pool('us');
  server.sandbox.isHeld = true;
  server.put({ policy: POLICY });
  send(server, 3);
  assert.equal(server.sandbox.held, 3);
  while (server.sandbox.held > 0) server.sandbox.release();
  assert.deepEqual(server.counters.zone('example.com').all.unremembered, { off: 3 });
});
