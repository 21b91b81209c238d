/** Decisions that are made before anybody asks for them: for whom, and when not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FactValue } from '../../runtime/rpc/plan.ts';
import { failure, type Script } from './scripted-sandbox.ts';
import { Server, type ServerOptions } from './server.ts';

const [BERLIN, ASHBURN, PARIS, NOWHERE] = ['198.51.100.1', '192.0.2.1', '203.0.113.1', '::1'];
const COUNTRY = 'client.country~DE|FR,BE';
const ROOM = { leaves: 100, policyOctets: 1_000_000, octets: 1_000_000 };

function say(value: FactValue): unknown {
  return { kind: 'records', records: { TXT: [String(value)] } };
}

function served(script: Script = (read) => say(read(COUNTRY)), options: ServerOptions = {}): Server {
  const server = new Server({ memory: ROOM, packetSlots: 0, ...options });
  server.sandbox.script = script;
  server.put({
    policy: { pools: { one: { records: { A: ['192.0.2.1'] } } }, hosts: { www: null, '*.w': null } },
  });
  return server;
}

function ask(server: Server, from: string, name = 'www'): string | undefined {
  return server.ask({ question: `${name}.example.com TXT`, from })[1]?.split('"')[1];
}

/** Of which countries the policy was asked, in order. */
function countries({ sandbox }: Server): unknown[] {
  return sandbox.asked.map(({ facts }) => facts.place.country);
}

test('A policy that compares decides for all groups of countries once it is asked for one', () => {
  const server = served();
  assert.equal(ask(server, PARIS), 'FR');
  assert.deepEqual(countries(server), ['FR', 'DE', '*', undefined]);
  assert.deepEqual(
    [BERLIN, ASHBURN, NOWHERE].map((from) => ask(server, from)),
    ['DE', '*', 'null'],
  );
  assert.equal(server.sandbox.asked.length, 4, 'nobody had to be asked again');
  const { steps } = server.counters;
  assert.deepEqual(
    [steps.memoMisses, steps.memoAhead, server.counters.zone('example.com').counts.runs],
    [1, 3, 1],
  );
  assert.equal(server.memory.evictions, 0);
});

test('What was read before or behind is of the query that was decided', () => {
  const server = served((read) =>
    read('query.type') === 'TXT' ? say(`${read(COUNTRY)} ${read('health.one')}`) : say(''),
  );
  ask(server, PARIS);
  assert.equal(ask(server, BERLIN), 'DE up');
  assert.equal(server.sandbox.asked.length, 4);
});

for (const [what, script] of [
  ['in full', (read) => say(read('client.country'))],
  ['its network first', (read) => say(`${read('client.subnet')}${read(COUNTRY)}`)],
  [
    'of more groups than a few',
    (read) => say(read(`client.country~${Array.from({ length: 15 }, (_, at) => `A${at}`).join('|')}`)),
  ],
] as const satisfies (readonly [string, Script])[]) {
  test(`A policy that reads its client ${what} decides when it is asked`, () => {
    const server = served(script);
    ask(server, PARIS);
    assert.equal(server.sandbox.asked.length, 1);
  });
}

test('A policy that reads its name decides when it is asked: there is no end of names', () => {
  const server = served((read) => say(`${read('query.name')} ${read(COUNTRY)}`));
  ask(server, PARIS, 'a.w');
  assert.equal(server.sandbox.asked.length, 1);
});

test('What reads more of its client then is no decision, and there are no others', () => {
  const server = served((read) => say(read(COUNTRY) === 'DE' ? read('client.city') : 'else'));
  ask(server, PARIS);
  assert.equal(ask(server, BERLIN), 'Frankfurt');
  assert.equal(ask(server, ASHBURN), 'else');
  const asked = server.sandbox.asked.length;
  ask(server, PARIS, 'x.w');
  assert.equal(server.sandbox.asked.length, asked + 1, 'for who asks');
});

test('What fails is no fallback of anybody, and the end of it', () => {
  const server = served((read) => (read(COUNTRY) === 'DE' ? failure('throw') : say('well')));
  ask(server, PARIS);
  assert.deepEqual(server.fallbacks, []);
  assert.equal(server.counters.zone('example.com').counts.fallbacks.throw, 0);
  const asked = server.sandbox.asked.length;
  ask(server, PARIS, 'x.w');
  assert.equal(server.sandbox.asked.length, asked + 1);
});

test('Whoever leads a policy to new decisions all the time has it decide ahead a tenth of the time', () => {
  const server = served((read) => say(`${read('query.type')} ${read(COUNTRY)}`));
  const [zone] = [...server.zones];
  const memo = zone?.attachment.policy?.memo ?? assert.fail();
  const before = performance.now();
  ask(server, PARIS);
  // Four groups, and runs are said to take 100 µs each.
  assert.ok(memo.nextAheadAt >= before + 4 && memo.nextAheadAt <= performance.now() + 4);
  memo.nextAheadAt = Number.POSITIVE_INFINITY;
  server.ask({ question: 'www.example.com TYPE1000', from: PARIS });
  assert.equal(server.counters.steps.memoAhead, 3);
});

test('A query that comes meanwhile waits for the decision that is its own', async () => {
  const server = served();
  const { sandbox } = server;
  sandbox.isHeld = true;
  const first = server.send({ question: 'www.example.com TXT', from: PARIS });
  sandbox.release();
  await first.answered;
  const second = server.send({ question: 'www.example.com TXT', from: BERLIN });
  assert.equal(sandbox.asked.length, 4, 'not asked for again');
  assert.equal(server.counters.steps.memoJoins, 1);
  while (sandbox.held > 0) sandbox.release();
  await second.answered;
  assert.equal(ask(server, BERLIN), 'DE');
});

test('Nothing that is remembered is given up for it', () => {
  const server = served(undefined, { memory: { ...ROOM, leaves: 1 } });
  ask(server, PARIS);
  assert.deepEqual(countries(server), ['FR']);
});

test('A version that is replaced decides nothing more', async () => {
  const server = served();
  const { sandbox } = server;
  sandbox.isHeld = true;
  const { answered } = server.send({ question: 'www.example.com TXT', from: PARIS });
  const [old] = [...server.zones];
  old?.attachment.policy?.memo.retire();
  sandbox.release();
  await answered;
  assert.equal(sandbox.asked.length, 1);
});
