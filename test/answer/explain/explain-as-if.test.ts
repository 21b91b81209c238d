/** Explanations as if: what is assumed is so in them, and in no client's answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainAsIf } from '../../../runtime/answer/explain/explain-as-if.ts';
import type { AsIf, ExplainAsk, Explanation } from '../../../runtime/rpc/explanation.ts';
import type { ManifestData } from '../../../runtime/rpc/plan.ts';
import { tcpTarget } from '../../support/target-number.ts';
import { failure, type Script } from '../scripted-sandbox.ts';
import { Server } from '../server.ts';

const CHECK = { type: 'tcp', port: 80 } as const;
const POLICY: Partial<ManifestData> = {
  pools: {
    us: { records: { A: ['192.0.2.1'] }, check: CHECK },
    eu: { records: { A: ['198.51.100.1', '198.51.100.2'] }, check: CHECK },
    both: { records: { A: ['192.0.2.1', '198.51.100.1'] }, check: CHECK },
    free: { records: { A: ['192.0.2.9'] } },
  },
  fallback: { kind: 'pool', pool: 'us' },
  hosts: {
    www: null,
    alias: null,
    plain: { kind: 'firstHealthy', of: [pool('eu'), pool('us')] },
    split: {
      kind: 'weighted',
      of: [
        { weight: 1, plan: pool('eu') },
        { weight: 1, plan: pool('us') },
      ],
    },
  },
};

function pool(name: string) {
  return { kind: 'pool', pool: name } as const;
}

const byHealth: Script = (read, { host }) => {
  if (host === 'alias') return { kind: 'cname', target: 'split.example.com' };
  return pool(read('health.eu') === 'down' ? 'us' : 'eu');
};

function serve(script: Script = byHealth): Server {
  const server = new Server();
  server.put({ policy: POLICY });
  server.put({ zone: 'other.example', policy: POLICY });
  server.sandbox.script = script;
  return server;
}

async function told(
  server: Server,
  name: string,
  asIf: AsIf,
  more: Partial<ExplainAsk> = {},
): Promise<Explanation> {
  const explained = await explainAsIf({ name, type: 'A', facts: {}, asIf, ...more }, server.parts);
  return explained.ok ? explained.value : assert.fail(explained.problem);
}

test('A pool that is supposed down is down for the policy and for steering, and for nobody else', async () => {
  const server = serve();
  const { reads, answer, asIf } = await told(server, 'www.example.com.', { down: ['eu'] });
  assert.deepEqual(reads, [['health.eu', 'down']]);
  assert.deepEqual(answer, ['www.example.com. 30 IN A 192.0.2.1']);
  assert.deepEqual(asIf, { down: ['eu'] });
  const plain = await told(server, 'plain.example.com.', { down: ['eu'] });
  assert.deepEqual(
    plain.steering.map(({ subject, verdict, why }) => [subject, verdict, why]),
    [
      ['eu', 'dropped', 'health: down'],
      ['us', 'chosen', 'health: up'],
    ],
  );
  assert.deepEqual([server.health.areAllUp, server.health.changes], [true, 0]);
  assert.match(server.ask('plain.example.com A').join(), /198\.51\.100\.1/);
});

test('A pool that is down can be supposed up, and one address of a pool down', async () => {
  const server = serve();
  for (const address of ['198.51.100.1', '198.51.100.2'])
    server.setHealth(tcpTarget(`${address}:80`), 'down');
  assert.match(server.ask('plain.example.com A').join(), /192\.0\.2\.1/);
  const up = await told(server, 'plain.example.com.', { up: ['eu'] });
  assert.deepEqual(up.answer.length, 2);
  const { answer, reads } = await told(server, 'www.example.com.', { up: ['eu/198.51.100.2'] });
  assert.deepEqual(reads, [['health.eu', 'degraded']]);
  assert.deepEqual(answer, ['www.example.com. 30 IN A 198.51.100.2']);
  assert.equal(server.health.areAllUp, false);
});

test('The pool of another zone is named with that zone', async () => {
  const server = serve();
  const { answer } = await told(server, 'plain.example.com.', { down: ['other.example/eu'] });
  // Both zones check the same addresses.
  assert.deepEqual(answer, ['plain.example.com. 30 IN A 192.0.2.1']);
});

test('The moment is that of the query for all that the policy reads', async () => {
  const server = serve((read) => pool(read('time@Europe/Berlin.hour') === 23 ? 'us' : 'eu'));
  const at = '2026-12-24T22:00:00.000Z';
  const { reads, answer, asIf } = await told(server, 'www.example.com.', { at });
  assert.deepEqual(reads, [['time@Europe/Berlin.hour', 23]]);
  assert.deepEqual(answer, ['www.example.com. 30 IN A 192.0.2.1']);
  assert.deepEqual(asIf, { at });
  assert.equal(server.sandbox.asked[0]?.facts.now, Date.parse(at));
});

test('A seed comes to the same each time, and seeds to different answers', async () => {
  const server = serve();
  const answers = async (): Promise<string[]> => {
    const all = Array.from({ length: 20 }, (_, seed) => told(server, 'split.example.com.', { seed }));
    return (await Promise.all(all)).map(({ answer }) => answer.join());
  };
  const first = await answers();
  assert.deepEqual(await answers(), first);
  assert.equal(new Set(first.map((answer) => answer.includes('192.0.2.1'))).size, 2);
});

test('What chance came to for a recorded query it comes to again, though the query waits meanwhile', async () => {
  const server = serve();
  for (const [thrown, address] of [
    [0.1, '198.51.100.'],
    [0.9, '192.0.2.1'],
  ] as const) {
    const { answer } = await told(server, 'alias.example.com.', {}, { thrown: [thrown] });
    assert.ok(answer.at(-1)?.includes(address), answer.join());
  }
});

test('Of what was down when a query was recorded, what is gone is left out', async () => {
  const { answer, asIf } = await told(
    serve(),
    'plain.example.com.',
    { down: ['gone', 'eu', 'free'] },
    { thrown: [] },
  );
  assert.deepEqual(answer, ['plain.example.com. 30 IN A 192.0.2.1']);
  assert.deepEqual(asIf, { down: ['eu'] });
});

for (const [asIf, problem] of [
  [{ down: ['boht'] }, 'example.com has no pool "boht"; did you mean "both"?'],
  [{ up: ['somewhere'] }, 'example.com has no pool "somewhere"; there is us, eu, both, free'],
  [{ down: ['other.example/fre'] }, 'other.example has no pool "fre"; did you mean "free"?'],
  [{ down: ['eu/192.0.2.77'] }, 'Pool "eu" has no address "192.0.2.77"; there is 198.51.100.1, 198.51.100.2'],
  [
    { down: ['none.example/eu'] },
    'Neither a pool of example.com nor a zone here has the name "none.example"',
  ],
  [{ down: ['free'] }, 'Nothing checks "free", so it is never down: its pool has no "check"'],
  [
    { down: ['free/192.0.2.9'] },
    'Nothing checks "free/192.0.2.9", so it is never down: its pool has no "check"',
  ],
  [
    { down: ['eu'], up: ['both'] },
    'The same target would be down and up at once: pools that are named share it',
  ],
] as const) {
  test(`What cannot be assumed is told: ${JSON.stringify(asIf)}`, async () => {
    const question = { name: 'www.example.com.', type: 'A', facts: {}, asIf };
    const explained = await explainAsIf(question, serve(() => assert.fail('Nothing is to be asked')).parts);
    assert.deepEqual(explained, { ok: false, problem });
  });
}

test('A name of nobody here has no pools', async () => {
  const question = { name: 'www.example.org.', type: 'A', facts: {}, asIf: { down: ['eu'] } };
  assert.deepEqual(await explainAsIf(question, serve().parts), {
    ok: false,
    problem: 'No zone here answers www.example.org., so "eu" is none of its pools',
  });
});

test('A policy that fails in what is only supposed is asked by clients as before, and what it had read is told', async () => {
  const server = serve((read) =>
    read('health.eu') === 'down' ? { ...failure('throw'), reads: [['health.eu', 'down']] } : pool('eu'),
  );
  for (let count = 0; count < 10; count += 1) {
    const { fallback, reads } = await told(server, 'www.example.com.', { down: ['eu'] });
    assert.deepEqual([fallback?.reason, reads], ['throw', [['health.eu', 'down']]]);
  }
  assert.match(server.ask('www.example.com A').join(), /198\.51\.100\.1/);
});
