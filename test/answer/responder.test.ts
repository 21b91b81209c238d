/**
 * Queries that a policy decides: asked once and remembered, answered by the fallback when the policy
 * fails, and never left without an answer.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FallbackReason } from '../../runtime/rpc/fallback.ts';
import type { ManifestData } from '../../runtime/rpc/plan.ts';
import { tcpTarget } from '../support/target-number.ts';
import { messageToText } from './message-text.ts';
import { packetOf } from './packet.ts';
import { failure, type Script } from './scripted-sandbox.ts';
import { Server } from './server.ts';
import { firstHealthy, pool, records } from './world.ts';

const POLICY: Partial<ManifestData> = {
  pools: { us: { records: { A: ['192.0.2.1'] } }, eu: { records: { A: ['198.51.100.1'] } } },
  hosts: { www: null, app: null, '*.any': null, fixed: pool('eu'), '@': null },
};

function serverFor(script: Script, policy: Partial<ManifestData> = {}): Server {
  const server = new Server();
  server.sandbox.script = script;
  server.put({ policy: { ...POLICY, ...policy } });
  return server;
}

const byCountry: Script = (read) => pool(read('client.country') === 'DE' ? 'eu' : 'us');
const US = ['NOERROR aa', 'www.example.com. 30 A 192.0.2.1'];
const EU = ['NOERROR aa', 'www.example.com. 30 A 198.51.100.1'];
const FALLBACK = ['NOERROR aa', 'www.example.com. 30 A 192.0.2.99'];

test('A policy is asked once for all clients that are alike to it', () => {
  const server = serverFor(byCountry);
  const answers = ['198.51.100.1', '198.51.100.2', '192.0.2.1', '192.0.2.2'].map((from) =>
    server.ask({ question: 'www.example.com A', from }),
  );
  assert.deepEqual(answers, [EU, EU, US, US]);
  assert.equal(server.sandbox.asked.length, 2);
  assert.deepEqual([server.counters.steps.memoHits, server.counters.steps.memoMisses], [2, 2]);
});

test('It is asked with all a handler may read, and told how long it may take', () => {
  const server = serverFor(byCountry);
  const before = performance.now();
  server.ask({ question: 'WWW.example.com TYPE65280', from: '198.51.100.1' });
  const [ask] = server.sandbox.asked;
  assert.ok(ask);
  assert.deepEqual(
    [ask.key, ask.host, ask.name, ask.type, ask.budgetMs],
    ['example.com@00000001', 'www', 'www.example.com', 'TYPE65280', 5],
  );
  assert.equal(ask.facts.place.country, 'DE');
  assert.deepEqual(ask.facts.health, { us: 'up', eu: 'up' });
  assert.ok(ask.deadlineAt >= before + 50 && ask.deadlineAt <= performance.now() + 50);
});

test('A host that always has the same plan asks nobody', () => {
  const server = serverFor(byCountry);
  assert.deepEqual(server.ask('fixed.example.com A'), ['NOERROR aa', 'fixed.example.com. 30 A 198.51.100.1']);
  assert.deepEqual(server.sandbox.asked, []);
});

test('Names under a wildcard are decided one by one, if the handler reads the name', () => {
  const server = serverFor((read) =>
    records(String(read('query.name')).startsWith('a.') ? '192.0.2.10' : '192.0.2.11'),
  );
  for (let turn = 0; turn < 2; turn += 1) {
    assert.equal(server.ask('a.any.example.com A')[1], 'a.any.example.com. 30 A 192.0.2.10');
    assert.equal(server.ask('b.any.example.com A')[1], 'b.any.example.com. 30 A 192.0.2.11');
  }
  assert.deepEqual(
    server.sandbox.asked.map(({ host, name }) => [host, name]),
    [
      ['*.any', 'a.any.example.com'],
      ['*.any', 'b.any.example.com'],
    ],
  );
});

test('If it does not, one decision is for all of them: random names cost no runs', () => {
  const server = serverFor(() => records('192.0.2.10'));
  for (let turn = 0; turn < 20; turn += 1) {
    const name = `${turn}-${Math.random()}.any.example.com`;
    assert.equal(server.ask(`${name} A`)[1], `${name}. 30 A 192.0.2.10`);
  }
  assert.equal(server.sandbox.asked.length, 1);
});

test('A type is a question of its own, if the handler reads it', () => {
  const server = serverFor((read) => (read('query.type') === 'TXT' ? { kind: 'nodata' } : pool('us')));
  assert.deepEqual(server.ask('www.example.com A'), US);
  assert.equal(server.ask('www.example.com TXT').length, 2);
  assert.equal(server.sandbox.asked.length, 2);
});

test('If it does not, one decision is for all of them', () => {
  const server = serverFor(() => ({ kind: 'records', records: { A: ['192.0.2.1'], TXT: ['text'] } }));
  assert.deepEqual(server.ask('www.example.com A'), US);
  assert.equal(server.ask('www.example.com TXT')[1], 'www.example.com. 30 TXT "text"');
  assert.equal(server.ask('www.example.com AAAA').length, 2);
  assert.equal(server.sandbox.asked.length, 1);
});

test('A decision with an impurity is never remembered', () => {
  for (const impurity of ['client.ip', 'time.unix', 'random', 'date'] as const) {
    const server = serverFor(() => pool('us'));
    server.sandbox.impure = [impurity];
    for (let turn = 0; turn < 3; turn += 1) assert.deepEqual(server.ask('www.example.com A'), US);
    assert.equal(server.sandbox.asked.length, 3, impurity);
  }
});

test('A decision that read what is no fact is not remembered either', () => {
  const server = serverFor((read) => {
    read('client.shoeSize');
    return pool('us');
  });
  for (let turn = 0; turn < 2; turn += 1) assert.deepEqual(server.ask('www.example.com A'), US);
  assert.equal(server.sandbox.asked.length, 2);
});

test('A remembered plan goes by the health of the moment', () => {
  const check = { type: 'tcp', port: 443 } as const;
  const server = serverFor(() => firstHealthy('us', 'eu'), {
    pools: { us: { records: { A: ['192.0.2.1'] }, check }, eu: { records: { A: ['198.51.100.1'] } } },
  });
  assert.deepEqual(server.ask('www.example.com A'), US);
  server.setHealth(tcpTarget('192.0.2.1:443'), 'down');
  assert.deepEqual(server.ask('www.example.com A'), EU);
  assert.equal(server.sandbox.asked.length, 1);
});

test('A new version begins with an empty memo', () => {
  const server = serverFor(byCountry);
  server.ask('www.example.com A');
  server.sandbox.script = () => pool('eu');
  server.put({ version: '00000002', policy: POLICY });
  assert.deepEqual(server.ask('www.example.com A'), EU);
  assert.deepEqual(
    server.sandbox.asked.map(({ key }) => key),
    ['example.com@00000001', 'example.com@00000002'],
  );
});

test('A packet is the transport’s again as soon as it was handed over', () => {
  const server = serverFor(byCountry);
  server.sandbox.isHeld = true;
  const packet = packetOf({ question: 'www.example.com A', ecs: '198.51.100.0/24' });
  const { messages } = server.send(packet);
  packet.fill(0xff);
  server.sandbox.release();
  assert.deepEqual(messages.map(messageToText), [[...EU, 'ecs 198.51.100.0/24 scope 24']]);
});

test('A query ends with the version it began with', () => {
  const server = serverFor(() => pool('us'));
  server.sandbox.isHeld = true;
  const { messages } = server.send('www.example.com A');
  server.put({ version: '00000002', policy: { ...POLICY, hosts: {} } });
  assert.deepEqual(messages, []);
  server.sandbox.release();
  assert.deepEqual(messages.map(messageToText), [US]);
});

test('Queries wait side by side, each with its own packet and client', () => {
  const server = serverFor(byCountry);
  server.sandbox.isHeld = true;
  const waiting = [
    server.send({ question: 'www.example.com A', from: '192.0.2.1', ecs: '198.51.100.0/24' }),
    server.send({ question: 'app.example.com A', from: '192.0.2.1', transport: 'tcp' }),
    server.send({ question: 'www.example.com A', from: '192.0.2.1' }),
  ];
  assert.equal(server.responder.waiting, 3);
  assert.ok(
    waiting.every(({ isAnswered }) => isAnswered),
    'all of them will be',
  );
  assert.deepEqual(server.ask('fixed.example.com A')[0], 'NOERROR aa', 'others go ahead meanwhile');
  for (let count = 0; count < 3; count += 1) server.sandbox.release();
  assert.equal(server.responder.waiting, 0);
  assert.deepEqual(
    waiting.map(({ messages }) => messages.map(messageToText)),
    [[[...EU, 'ecs 198.51.100.0/24 scope 24']], [['NOERROR aa', 'app.example.com. 30 A 192.0.2.1']], [US]],
  );
  assert.equal(
    server.counters.steps.decisionSeconds.data().counts.reduce((sum, count) => sum + count),
    3,
  );
});

test('A CNAME from one handler to another asks both', () => {
  const server = serverFor((_read, { host }) =>
    host === 'www' ? { kind: 'cname', target: 'app.example.com' } : pool('eu'),
  );
  const expected = [
    'NOERROR aa',
    'www.example.com. 30 CNAME app.example.com.',
    'app.example.com. 30 A 198.51.100.1',
  ];
  for (let turn = 0; turn < 2; turn += 1) assert.deepEqual(server.ask('www.example.com A'), expected);
  assert.equal(server.sandbox.asked.length, 2);
});

/** Reason → what clients are told of it. */
const REASONS: Readonly<Partial<Record<FallbackReason, string>>> = {
  throw: 'policy failed',
  budget: 'policy budget exceeded',
  deadline: 'policy deadline exceeded',
  memory: 'policy memory limit exceeded',
  invalid: 'policy gave no valid answer',
  sandbox: 'policy sandbox not available',
  quarantined: 'policy quarantined',
};

for (const [reason, told] of Object.entries(REASONS) as [FallbackReason, string][]) {
  test(`${reason}: the fallback goes out, the client is told, it is counted and reported`, () => {
    const server = serverFor(() => failure(reason));
    assert.deepEqual(server.ask({ question: 'www.example.com A', edns: {} }), [
      ...FALLBACK,
      `ede 0 ${told}: fallback served`,
    ]);
    assert.deepEqual(server.ask('www.example.com A'), FALLBACK);
    assert.deepEqual(server.counters.zone('example.com').all.fallbacks, { [reason]: 2 });
    assert.deepEqual(server.fallbacks, [
      {
        zone: 'example.com',
        version: '00000001',
        host: 'www',
        name: 'www.example.com',
        type: 'A',
        reason,
        message: 'Boom',
        stack: 'at bundle.js:1:1',
        count: 1,
      },
    ]);
  });
}

test('A fallback has the types it has, and NODATA for the rest', () => {
  const server = serverFor(() => failure('throw'));
  assert.equal(server.ask('www.example.com TXT')[1], 'www.example.com. 30 TXT "fallback"');
  assert.equal(server.ask('www.example.com AAAA').length, 2);
});

test('The fallback of a run that failed is for the client’s own network: the policy may do well for others', () => {
  const server = serverFor((read) => {
    read('client.country');
    return failure('throw');
  });
  const answer = server.ask({ question: 'www.example.com A', ecs: '198.51.100.0/24' });
  assert.equal(answer[2], 'ecs 198.51.100.0/24 scope 24');
});

/** What a sandbox may send in place of a plan. */
const NONSENSE: readonly unknown[] = [
  undefined,
  null,
  'us',
  { kind: 'pool', pool: 'nobody' },
  { kind: 'servfail' },
  { kind: 'records', records: { A: ['300.1.1.1'] } },
];

for (const plan of NONSENSE) {
  test(`${JSON.stringify(plan)} is no plan, and the fallback goes out`, () => {
    const server = serverFor(() => plan);
    assert.deepEqual(server.ask('www.example.com A'), FALLBACK);
    assert.deepEqual(server.counters.zone('example.com').all.fallbacks, { invalid: 1 });
    assert.match(server.fallbacks[0]?.message ?? '', /^hosts\.www/);
  });
}

test('A CNAME at the zone’s own name is no plan', () => {
  const server = serverFor(() => ({ kind: 'cname', target: 'www.example.net' }));
  assert.equal(server.ask('example.com A')[1], 'example.com. 30 A 192.0.2.99');
});

test('Nor is one at a name that has static records, whose other types are decided all the same', () => {
  const server = new Server();
  server.sandbox.script = (_read, { type }) =>
    type === 'A'
      ? { kind: 'cname', target: 'www.example.net' }
      : { kind: 'records', records: { AAAA: ['2001:db8::1'] } };
  server.put({
    records: 'www 60 MX 10 mail\n*.app 60 TXT x\n',
    policy: { hosts: { www: null, '*.app': null, free: null } },
  });
  assert.deepEqual(server.ask('www.example.com MX'), [
    'NOERROR aa',
    'www.example.com. 60 MX 10 mail.example.com.',
  ]);
  assert.deepEqual(server.ask('www.example.com A'), FALLBACK);
  assert.match(server.fallbacks[0]?.message ?? '', /^hosts\.www: A CNAME cannot stand beside/);
  assert.deepEqual(server.ask('www.example.com AAAA'), [
    'NOERROR aa',
    'www.example.com. 30 AAAA 2001:db8::1',
  ]);
  assert.equal(server.ask('x.app.example.com A')[1], 'x.app.example.com. 30 A 192.0.2.99');
  assert.equal(server.ask('free.example.com A')[1], 'free.example.com. 30 CNAME www.example.net.');
});

test('A host that a DNAME leads to is asked by its own name, and remembered', () => {
  const server = new Server();
  server.sandbox.script = (_read, { name }) => ({ kind: 'records', records: { TXT: [name] } });
  server.put({ records: 'old 60 DNAME new\n', policy: { hosts: { '*.new': null } } });
  const answer = [
    'NOERROR aa',
    'old.example.com. 60 DNAME new.example.com.',
    'www.old.example.com. 60 CNAME www.new.example.com.',
    'www.new.example.com. 30 TXT "www.new.example.com"',
  ];
  assert.deepEqual(server.ask('www.old.example.com TXT'), answer);
  assert.deepEqual(server.ask('www.old.example.com TXT'), answer);
  assert.equal(server.sandbox.asked.length, 1);
});

test('After five failures in a row the policy is left alone, and one success counts it anew', () => {
  let isBroken = true;
  const server = serverFor((read, { name }) => {
    read('query.type');
    return isBroken && name === 'www.example.com' ? failure('throw') : pool('us');
  });
  const ask = (host: string): string[] => server.ask({ question: `${host}.example.com A`, edns: {} });
  for (let count = 0; count < 4; count += 1) ask('www');
  assert.equal(ask('app')[1], 'app.example.com. 30 A 192.0.2.1');
  for (let count = 0; count < 5; count += 1)
    assert.equal(ask('www')[2], 'ede 0 policy failed: fallback served');
  assert.equal(ask('www')[2], 'ede 0 policy failed repeatedly: fallback served');
  assert.deepEqual(
    ask('app'),
    ['NOERROR aa', 'app.example.com. 30 A 192.0.2.1'],
    'what is remembered is served',
  );
  isBroken = false;
  assert.equal(server.ask('app.example.com AAAA').length, 2, 'no question is without an answer');
  assert.equal(server.sandbox.asked.length, 10);
  assert.deepEqual(server.counters.zone('example.com').all.fallbacks, { throw: 9, breaker: 2 });
});

for (const [reason, state] of [
  ['deadline', 'closed'],
  ['sandbox', 'closed'],
  ['throw', 'open'],
] as const) {
  test(`Ten queries that waited together and ended by "${reason}" leave the breaker ${state}`, () => {
    const server = new Server();
    const { policy } = server.put({ policy: POLICY }).attachment;
    server.sandbox.script = () => failure(reason);
    server.sandbox.isHeld = true;
    for (let count = 0; count < 10; count += 1) server.send('www.example.com A');
    for (let count = 0; count < 10; count += 1) server.sandbox.release();
    assert.equal(policy?.breaker.state, state);
    assert.deepEqual(server.counters.zone('example.com').all.fallbacks, { [reason]: 10 });
  });
}

test('What is no fault of a policy is not held against it', () => {
  let isOurs = true;
  const server = serverFor(() => (isOurs ? { ...failure('deadline'), isOurs } : failure('throw')));
  const { breaker } = [...server.zones][0]?.attachment.policy ?? assert.fail();
  for (let count = 0; count < 10; count += 1) {
    assert.equal(
      server.ask({ question: 'www.example.com A', edns: {} })[2],
      'ede 0 policy deadline exceeded: fallback served',
    );
  }
  assert.deepEqual([breaker.state, server.sandbox.asked.length], ['closed', 10]);
  isOurs = false;
  for (let count = 0; count < 5; count += 1) server.ask('www.example.com A');
  assert.equal(breaker.state, 'open');
});

test('A policy in quarantine is not asked at all', () => {
  const server = new Server();
  server.put({ policy: POLICY, quarantined: 'Hung its trial' });
  assert.deepEqual(server.ask({ question: 'www.example.com A', edns: {} }), [
    ...FALLBACK,
    'ede 0 policy quarantined: fallback served',
  ]);
  assert.equal(server.ask('fixed.example.com A')[1], 'fixed.example.com. 30 A 198.51.100.1');
  assert.deepEqual(server.sandbox.asked, []);
  assert.equal(server.fallbacks[0]?.message, 'Hung its trial');
});

test('The fallback of one name is counted, though the next name it leads to is well', () => {
  const server = serverFor((_read, { host }) => (host === 'www' ? failure('throw') : pool('eu')), {
    fallback: { kind: 'cname', target: 'app.example.com' },
    hosts: { www: null, app: null },
  });
  assert.deepEqual(server.ask({ question: 'www.example.com A', edns: {} }), [
    'NOERROR aa',
    'www.example.com. 30 CNAME app.example.com.',
    'app.example.com. 30 A 198.51.100.1',
    'ede 0 policy failed: fallback served',
  ]);
  assert.deepEqual(server.counters.zone('example.com').all.fallbacks, { throw: 1 });
});

test('A handler-form policy without a fallback falls back to SERVFAIL', () => {
  const server = serverFor(() => failure('throw'), { form: 'handler', fallback: { kind: 'servfail' } });
  assert.deepEqual(server.ask({ question: 'www.example.com A', edns: {} }), [
    'SERVFAIL',
    'ede 0 policy failed: fallback served',
  ]);
});

test('A refusal says that it is one', () => {
  const server = serverFor(() => ({ kind: 'refuse' }));
  assert.deepEqual(server.ask({ question: 'www.example.com A', edns: {} }), [
    'REFUSED',
    'ede 18 Refused by policy',
  ]);
});

test('Queries are counted by zone, type, response code and transport', () => {
  const server = serverFor(() => pool('us'));
  server.ask('www.example.com A');
  server.ask({ question: 'www.example.com A', transport: 'tcp' });
  server.ask('nobody.example.com TYPE65280');
  server.ask('www.example.net AAAA');
  assert.deepEqual(server.counters.queries(), [
    { zone: '', type: 'AAAA', rcode: 'REFUSED', transport: 'udp', count: 1 },
    { zone: 'example.com', type: 'A', rcode: 'NOERROR', transport: 'udp', count: 1 },
    { zone: 'example.com', type: 'A', rcode: 'NOERROR', transport: 'tcp', count: 1 },
    { zone: 'example.com', type: 'other', rcode: 'NXDOMAIN', transport: 'udp', count: 1 },
  ]);
});

test('A share of the queries is told', () => {
  const draws = [0.05, 0.95, 0.05];
  const server = new Server({ queryLogSample: 0.1, random: () => draws.shift() ?? assert.fail() });
  server.put({ records: 'www 300 A 192.0.2.1\n' });
  for (const question of ['www.example.com A', 'www.example.com AAAA', 'www.example.net TXT']) {
    server.ask({ question, from: '198.51.100.1' });
  }
  assert.deepEqual(
    server.lines.map(({ micros, ...line }) => ({ ...line, isTimed: micros >= 0 })),
    [
      {
        client: '198.51.100.1',
        name: 'www.example.com',
        type: 'A',
        rcode: 'NOERROR',
        transport: 'udp',
        zone: 'example.com',
        isTimed: true,
      },
      {
        client: '198.51.100.1',
        name: 'www.example.net',
        type: 'TXT',
        rcode: 'REFUSED',
        transport: 'udp',
        isTimed: true,
      },
    ],
  );
});

test('Of one policy no more wait than there is room left for: the fallback goes out at once, and others find room', () => {
  const server = serverFor(() => pool('us'));
  server.put({ zone: 'example.net', policy: POLICY, deadlineMs: 1_000_000 });
  // So that each of them asks.
  server.sandbox.impure = ['random'];
  for (const zone of ['com', 'net']) server.ask(`www.example.${zone} A`);
  server.sandbox.isHeld = true;
  for (let count = 0; count < 5_001; count += 1) server.send('www.example.com A');
  assert.equal(server.responder.waiting, 5_000);
  assert.deepEqual(server.ask({ question: 'www.example.com A', edns: {} }), [
    ...FALLBACK,
    'ede 0 policy sandbox not available: fallback served',
  ]);
  for (let count = 0; count < 2_501; count += 1) server.send('www.example.net A');
  assert.equal(server.responder.waiting, 7_500);
  server.sandbox.release();
  assert.equal(server.responder.waiting, 7_499);
  server.send('www.example.com A');
  assert.equal(server.responder.waiting, 7_499, 'that was one, and there is less room than there was');
});

test('Queries of many octets wait for as many as they take the room of', () => {
  const server = serverFor(() => pool('us'));
  server.sandbox.impure = ['random'];
  server.ask('www.example.com A');
  server.sandbox.isHeld = true;
  const query = packetOf({ question: 'www.example.com A' });
  const opt = Buffer.alloc(11 + 60_000);
  opt.set([0, 0, 41, 4, 208, 0, 0, 0, 0]);
  opt.writeUInt16BE(60_000, 9);
  opt.set([0, 12, 0xea, 0x5c], 11);
  const long = Buffer.concat([query, opt]);
  long[11] = 1;
  for (let count = 0; count < 100; count += 1) server.send(long);
  assert.equal(server.sandbox.held, Math.floor(5000 / Math.ceil(long.length / 512)));
});

test('A host that was stopped in its trial is not asked; the other hosts of its policy are', () => {
  const server = new Server();
  server.sandbox.script = byCountry;
  server.put({ policy: POLICY, stoppedHosts: { www: 'Hung its trial' } });
  assert.deepEqual(server.ask({ question: 'www.example.com A', edns: {} }), [
    ...FALLBACK,
    'ede 0 policy quarantined: fallback served',
  ]);
  assert.deepEqual(server.sandbox.asked, []);
  server.ask('app.example.com A');
  assert.deepEqual(server.sandbox.asked.length, 1);
});
