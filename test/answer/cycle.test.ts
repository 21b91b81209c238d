/** The setting `cyclic`: each record of a set is the first in its turn, and nothing else changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PlanData } from '../../runtime/rpc/plan.ts';
import { Server, type ServerOptions } from './server.ts';

const RECORDS = `
www A 192.0.2.1
www A 192.0.2.2
www A 192.0.2.3
www AAAA 2001:db8::1
www AAAA 2001:db8::2
mail MX 10 mx1
mail MX 10 mx2.far.example.net.
mail MX 20 mx3.mail
txt TXT "a"
txt TXT "and a longer one" "in two strings"
one A 192.0.2.9
alias CNAME www
*.wild A 192.0.2.11
*.wild A 192.0.2.12
${Array.from({ length: 25 }, (_, index) => `many A 198.51.100.${index}`).join('\n')}
${Array.from({ length: 90 }, (_, index) => `most A 203.0.113.${index}`).join('\n')}
`;
const pool: PlanData = { kind: 'pool', pool: 'three' };
const PLANS: Record<string, PlanData | null> = {
  pool,
  first: { kind: 'firstHealthy', of: [pool] },
  near: { kind: 'nearest', of: [pool] },
  sticky: { kind: 'sticky', of: [{ plan: pool, weight: 1 }] },
  take: { kind: 'take', of: pool, count: 3 },
  decided: null,
};
const THREE = ['192.0.2.21', '192.0.2.22', '192.0.2.23'];

function serving(isCyclic: boolean, options: ServerOptions = {}): Server {
  const server = new Server(options);
  server.put({
    records: RECORDS,
    policy: { pools: { three: { records: { A: THREE }, at: [50, 8] } }, hosts: PLANS },
    ...(isCyclic && { isCyclic }),
  });
  server.sandbox.script = (read) => (read('client.subnet') === '' ? assert.fail() : pool);
  return server;
}

/** The data of the records of the type asked for, in the order of the answer. */
function answered(server: Server, name: string, type: string, transport: 'udp' | 'tcp' = 'udp'): string[] {
  const [, ...lines] = server.ask({ question: `${name}.example.com ${type}`, transport });
  return lines.flatMap((line) => line.split(` ${type} `).slice(1, 2));
}

const KEPT: readonly (readonly [string, ServerOptions])[] = [
  ['kept', {}],
  ['made anew', { packetSlots: 0 }],
];
for (const [how, options] of KEPT) {
  test(`Each record is the first in its turn, in replies that are ${how}`, () => {
    const server = serving(true, options);
    const asked = [
      ['www', 'A', 3],
      ['www', 'AAAA', 2],
      ['mail', 'MX', 3],
      ['txt', 'TXT', 2],
      ['alias', 'A', 3],
      ['x.wild', 'A', 2],
      ['y.wild', 'A', 2],
      ['pool', 'A', 3],
      ['first', 'A', 3],
      ['near', 'A', 3],
      ['many', 'A', 25],
    ] as const;
    const firsts = new Map<string, string[]>();
    // Other questions in between, in a pattern, change nothing.
    for (let round = 0; round < 120; round += 1) {
      for (const [name, type] of asked) {
        const key = `${name} ${type}`;
        firsts.set(key, [...(firsts.get(key) ?? []), answered(server, name, type)[0] ?? '']);
      }
    }
    for (const [name, type, size] of asked) {
      const list = firsts.get(`${name} ${type}`) ?? [];
      assert.equal(new Set(list.slice(0, size)).size, size, `${name} ${type}`);
      assert.ok(list.every((first, at) => first === list[at % size]));
    }
    if (how === 'kept') assert.ok(server.counters.steps.packetHits > 1000, 'most were kept');
  });
}

test('What a policy has arranged, or chosen by the network of the client, stays as it is', () => {
  const server = serving(true);
  for (const name of ['sticky', 'take', 'decided']) {
    for (let round = 0; round < 5; round += 1) assert.deepEqual(answered(server, name, 'A'), THREE, name);
  }
});

test('A truncated reply takes no turn, or all who come back over TCP would get every second one', () => {
  const server = serving(true);
  const firsts = Array.from({ length: 90 }, () => {
    assert.ok(server.ask('most.example.com A').join().includes('tc'));
    return answered(server, 'most', 'A', 'tcp')[0];
  });
  assert.equal(new Set(firsts).size, 90);
});

test('A set of one is kept as ever, and without the setting every set is', () => {
  const cyclic = serving(true);
  for (let round = 0; round < 5; round += 1) answered(cyclic, 'one', 'A');
  assert.equal(cyclic.counters.steps.packetHits, 4);
  const fixed = serving(false);
  const first = answered(fixed, 'www', 'A');
  for (let round = 0; round < 4; round += 1) assert.deepEqual(answered(fixed, 'www', 'A'), first);
  assert.equal(fixed.counters.steps.packetHits, 4);
});

test('But for the order every answer is what it would be', () => {
  const [cyclic, fixed] = [serving(true), serving(false)];
  const names = ['www', 'mail', 'txt', 'alias', 'x.wild', 'pool', 'sticky', 'many', 'one', 'nobody', 'most'];
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.constantFrom('A', 'AAAA', 'MX', 'TXT', 'ANY'),
      fc.constantFrom('udp' as const, 'tcp' as const),
      fc.boolean(),
      (name, type, transport, isSigned) => {
        const ask = { question: `${name}.example.com ${type}`, transport, ...(isSigned && { edns: {} }) };
        assert.deepEqual(cyclic.ask(ask).toSorted(), fixed.ask(ask).toSorted());
      },
    ),
    { numRuns: 400 },
  );
});

test('A wildcard of a signed zone turns as well, whatever name was asked before', () => {
  const server = new Server({ packetSlots: 0 });
  server.put({ records: RECORDS, signing: {}, isCyclic: true });
  const addresses = (name: string): string[] => {
    const lines = server.ask({ question: `${name}.wild.example.com A`, edns: { flags: 0x8000 } });
    return lines.flatMap((line) => line.split(' A ').slice(1, 2)).filter((data) => data.startsWith('192'));
  };
  addresses('x');
  addresses('y');
  assert.deepEqual(addresses('z'), addresses('z').toReversed());
});
