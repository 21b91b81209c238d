/** Decisions that are made before anybody asks for them: for whom, and when not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlanData } from '../../runtime/rpc/plan.ts';
import { failure } from './scripted-sandbox.ts';
import { Server, type ServerOptions } from './server.ts';

const BERLIN = '198.51.100.1';
const ASHBURN = '192.0.2.1';
const PARIS = '203.0.113.1';
const SYDNEY = '2001:db8:a::1';
const EVERYWHERE = [BERLIN, ASHBURN, PARIS, SYDNEY];

/** A server of two zones, the first of which all have asked. */
function known(options: ServerOptions = {}, fact = 'client.country'): Server {
  const server = new Server({ ahead: 8, memory: ROOM, ...options });
  server.sandbox.script = (read) => plan(String(read(fact)));
  for (const zone of ['one.example', 'two.example']) server.put({ zone, policy: { hosts: { www: null } } });
  for (const from of EVERYWHERE) ask(server, 'one', from);
  server.sandbox.asked.length = 0;
  return server;
}

const ROOM = { leaves: 100, policyOctets: 1_000_000, octets: 1_000_000 };

function plan(text: string): PlanData {
  return { kind: 'records', records: { TXT: [text] } };
}

function ask(server: Server, zone: string, from: string): string | undefined {
  return server.ask({ question: `www.${zone}.example TXT`, from })[1];
}

/** Of which countries a policy was asked, in order. */
function countries({ sandbox }: Server): unknown[] {
  return sandbox.asked.map(({ facts }) => facts.client.country);
}

test('A policy that is asked for one country decides for those that have asked others', () => {
  const server = known();
  ask(server, 'two', PARIS);
  assert.deepEqual(countries(server), ['FR', 'DE', 'US', 'AU']);
  assert.equal(ask(server, 'two', BERLIN), 'www.two.example. 30 TXT "DE"');
  assert.equal(ask(server, 'two', SYDNEY), 'www.two.example. 30 TXT "AU"');
  assert.equal(server.sandbox.asked.length, 4, 'nobody had to be asked again');
  const { counters } = server;
  assert.deepEqual([counters.memoAhead, counters.zone('two.example').runs], [3, 1]);
});

test('Only as many countries are known as are to be decided for, the latest of them', () => {
  const server = known({ ahead: 2 });
  ask(server, 'two', SYDNEY);
  assert.deepEqual(countries(server), ['AU', 'FR']);
});

for (const fact of ['client.subnet', 'client.ip', 'client.city', 'client.latitude', 'health.none']) {
  test(`A policy that reads ${fact} decides when it is asked`, () => {
    const server = known({}, fact === 'health.none' ? 'query.type' : fact);
    ask(server, 'two', PARIS);
    assert.equal(server.sandbox.asked.length, 1);
  });
}

test('One is on its way for a policy, whoever asks meanwhile', () => {
  const server = known();
  const { sandbox } = server;
  sandbox.isHeld = true;
  server.send({ question: 'www.two.example TXT', from: PARIS });
  sandbox.release();
  server.send({ question: 'www.two.example TXT', from: ASHBURN });
  assert.deepEqual(countries(server), ['FR', 'DE', 'US']);
  while (sandbox.held > 0) sandbox.release();
  assert.deepEqual(countries(server), ['FR', 'DE', 'US', 'AU']);
});

test('What fails is no fallback of anybody, and the end of it', () => {
  const server = known();
  server.sandbox.script = (read) => (read('client.country') === 'DE' ? failure('throw') : plan('well'));
  ask(server, 'two', PARIS);
  assert.deepEqual(countries(server), ['FR', 'DE']);
  assert.deepEqual(server.fallbacks, []);
  assert.equal(server.counters.zone('two.example').fallbacks.throw, undefined);
});

test('Nothing that is remembered is given up for it', () => {
  const server = known({ memory: { ...ROOM, leaves: 4 } });
  ask(server, 'two', PARIS);
  assert.deepEqual(countries(server), ['FR', 'DE', 'US'], 'three of four');
  assert.equal(server.memory.evictions, 0);
});

test('A version that is replaced decides nothing more', () => {
  const server = known();
  const { sandbox } = server;
  sandbox.isHeld = true;
  server.send({ question: 'www.two.example TXT', from: PARIS });
  const [old] = [...server.zones].filter(({ attachment }) => attachment.id === 'two.example');
  sandbox.release();
  old?.attachment.policy?.memo.retire();
  while (sandbox.held > 0) sandbox.release();
  assert.deepEqual(countries(server), ['FR', 'DE']);
});
