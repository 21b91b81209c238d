/** Remembered decisions are made again now and then; a policy that contradicts itself is remembered no more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HITS_TO_RECHECK } from '../../runtime/answer/memo/memo-space.ts';
import type { ManifestData } from '../../runtime/rpc/plan.ts';
import { tcpTarget } from '../support/target-number.ts';
import { failure, type Script } from './scripted-sandbox.ts';
import { Server } from './server.ts';
import { pool, records } from './world.ts';

const CHECK = { type: 'tcp', port: 443 } as const;
const POLICY: Partial<ManifestData> = {
  pools: {
    us: { records: { A: ['192.0.2.1'] }, check: CHECK },
    eu: { records: { A: ['198.51.100.1'] }, check: CHECK },
  },
  hosts: { www: null, app: null, '*.any': null },
};
const US = 'www.example.com. 30 A 192.0.2.1';

function serverFor(script: Script): Server {
  const server = new Server();
  server.sandbox.script = script;
  server.put({ policy: POLICY });
  return server;
}

function ask(server: Server, name = 'www', from = '198.51.100.1'): string | undefined {
  return server.ask({ question: `${name}.example.com A`, from })[1];
}

/** Asks until a remembered decision is made again. */
function askUntilRecheck(server: Server, name = 'www'): void {
  ask(server, name);
  const { memoRechecks } = server.counters.steps;
  for (
    let count = 0;
    count <= HITS_TO_RECHECK && server.counters.steps.memoRechecks === memoRechecks;
    count += 1
  )
    ask(server, name);
  assert.equal(server.counters.steps.memoRechecks, memoRechecks + 1);
}

function memoOf(server: Server) {
  return [...server.zones][0]?.attachment.policy?.memo ?? assert.fail();
}

test('One in some hits is decided again, with the facts it was answered by, and nothing changes', () => {
  const server = serverFor((read) =>
    pool(read('client.country') === 'DE' && read('health.eu') === 'up' ? 'us' : 'eu'),
  );
  askUntilRecheck(server);
  const { asked } = server.sandbox;
  assert.equal(asked.length, 2);
  assert.deepEqual([asked[1]?.name, asked[1]?.facts.place.country], ['www.example.com', 'DE']);
  assert.deepEqual([server.contradictions, server.fallbacks, memoOf(server).size], [[], [], 1]);
  const zone = server.counters.zone('example.com');
  assert.deepEqual([zone.all.runs, zone.all.memoHits], [1, HITS_TO_RECHECK]);
});

test('Not one after the other, not while the sandbox has other work, and not for those who only explain', () => {
  const server = serverFor(() => pool('us'));
  askUntilRecheck(server);
  for (let count = 0; count < 2 * HITS_TO_RECHECK; count += 1) ask(server);
  assert.equal(server.counters.steps.memoRechecks, 1);
  memoOf(server).nextRecheckAt = 0;
  memoOf(server).space.nextRecheckAt = 0;
  server.sandbox.isHeld = true;
  server.send('app.example.com A');
  for (let count = 0; count < 2 * HITS_TO_RECHECK; count += 1) ask(server);
  assert.equal(server.counters.steps.memoRechecks, 1);
  server.sandbox.release();
  for (let count = 0; count < HITS_TO_RECHECK; count += 1) ask(server);
  assert.equal(server.counters.steps.memoRechecks, 2);
  assert.equal(server.responder.waiting, 0, 'nobody waits for it');
});

test('A change of health in between is no contradiction', () => {
  const server = serverFor((read) => pool(read('health.eu') === 'up' ? 'eu' : 'us'));
  ask(server);
  server.sandbox.isHeld = true;
  for (let count = 0; count < HITS_TO_RECHECK; count += 1) ask(server);
  assert.equal(server.sandbox.held, 1);
  server.setHealth(tcpTarget('198.51.100.1:443'), 'down');
  server.sandbox.release();
  assert.deepEqual(server.contradictions, []);
});

/** What the second run does that the first did not, and what is told of it. */
const CONTRADICTIONS: readonly (readonly [claim: string, second: Script, what: string, detail: RegExp])[] = [
  [
    'decides otherwise',
    (read) => pool(read('client.country') === 'DE' ? 'eu' : 'us'),
    'plan',
    /^now decided eu, and us before$/,
  ],
  [
    'decides otherwise in a TTL alone',
    (read) => ({ ...records('192.0.2.1', read('client.country') === 'DE' ? 31 : 30) }),
    'plan',
    /^now decided A 192\.0\.2\.1 \(TTL 31\), and us before$/,
  ],
  [
    'reads otherwise',
    (read) => pool(read('client.city') === 'Frankfurt' ? 'us' : 'eu'),
    'facts',
    /^now read client\.city="Frankfurt", and client\.country="DE" before$/,
  ],
  ['reads nothing', () => pool('us'), 'facts', /^now read nothing, and client\.country="DE" before$/],
  [
    'reads its client’s address',
    (read) => pool(read('client.ip') === '' ? 'eu' : 'us'),
    'chance',
    /^now used "client\.ip", and did not before$/,
  ],
  ['throws', () => failure('throw'), 'failure', /^now failed: Boom$/],
  [
    'gives no valid answer',
    (read) => ({ kind: 'pool', pool: read('client.country') === 'DE' ? 'nobody' : 'us' }),
    'failure',
    /^now gave no valid answer: .*nobody/,
  ],
];

for (const [claim, second, what, detail] of CONTRADICTIONS) {
  test(`A policy that ${claim} for the same facts is remembered no more, and told of once`, () => {
    const server = serverFor((read) => pool(read('client.country') === 'DE' ? 'us' : 'eu'));
    assert.equal(ask(server), US);
    server.sandbox.script = second;
    askUntilRecheck(server);
    assert.equal(server.contradictions.length, 1);
    const [event] = server.contradictions;
    assert.deepEqual(
      [event?.zone, event?.version, event?.host, event?.name, event?.type, event?.what],
      ['example.com', '00000001', 'www', 'www.example.com', 'A', what],
    );
    assert.match(event?.detail ?? '', detail);
    const asked = server.sandbox.asked.length;
    for (let count = 0; count < 3; count += 1) ask(server);
    assert.equal(server.sandbox.asked.length, asked + 3, 'it is asked each time');
    assert.equal(server.counters.zone('example.com').all.contradictions, 1);
    server.put({ version: '00000002', policy: POLICY });
    server.sandbox.script = () => pool('us');
    for (let count = 0; count < 3; count += 1) ask(server);
    assert.equal(server.sandbox.asked.length, asked + 4, 'the next version has its chance');
  });
}

test('Under a wildcard it is the name that was asked for', () => {
  const server = serverFor((read) =>
    records(String(read('query.name')).startsWith('a') ? '192.0.2.7' : '192.0.2.8'),
  );
  askUntilRecheck(server, 'a.any');
  assert.equal(server.sandbox.asked[1]?.name, 'a.any.example.com');
  assert.deepEqual(server.contradictions, []);
});

for (const reason of ['budget', 'deadline', 'sandbox', 'memory', 'quarantined'] as const) {
  test(`One that ends by "${reason}" says nothing of the policy, and is not tried again soon`, () => {
    const server = serverFor(() => pool('us'));
    ask(server);
    server.sandbox.script = () => failure(reason);
    askUntilRecheck(server);
    assert.deepEqual([server.contradictions, server.fallbacks], [[], []]);
    assert.equal(ask(server), US);
    assert.ok(memoOf(server).nextRecheckAt > performance.now() + 30_000);
  });
}

test('Two that ask the same at once and are told different things are a contradiction too', () => {
  let turn = 0;
  const server = serverFor((read) => pool(read('client.country') === 'DE' && turn++ % 2 === 0 ? 'us' : 'eu'));
  server.sandbox.isHeld = true;
  // The first cannot be remembered, so the two that wait for it ask for themselves.
  server.sandbox.impure = ['random'];
  const question = { question: 'www.example.com A', from: '198.51.100.1' };
  for (let count = 0; count < 3; count += 1) server.send(question);
  server.sandbox.impure = [];
  while (server.sandbox.held > 0) server.sandbox.release();
  assert.deepEqual(
    server.contradictions.map(({ what }) => what),
    ['plan'],
  );
});
