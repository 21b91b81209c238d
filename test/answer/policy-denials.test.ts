/** How long what a policy denies is denied (RFC 2308 §3): as its zone says, or for less where somebody says so. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ManifestData, PlanData } from '../../runtime/rpc/plan.ts';
import { tcpTarget } from '../support/target-number.ts';
import { Server, type ServerOptions } from './server.ts';

/** Of the SOA in these zones, whose TTL and minimum are 300. */
const ZONES_OWN = 300;
const OF_SETTINGS = 30;

const POOLS: ManifestData['pools'] = {
  plain: { records: { A: ['192.0.2.1'] } },
  brief: { records: { A: ['192.0.2.2'], AAAA: ['2001:db8::2'] }, ttl: 10 },
  checked: {
    records: { A: ['192.0.2.3'] },
    check: { type: 'tcp', port: 1 },
    whenDown: 'empty',
  },
};

/** The TTL of the SOA in the answer to a question that is denied. */
function denied(server: Server, question: string): number {
  const [authority = ''] = server.ask(question).filter((line) => line.startsWith('authority'));
  const ttl = /^authority example\.com\. (\d+) SOA/.exec(authority)?.[1];
  return Number(ttl ?? assert.fail(`${question} is not denied`));
}

function serve(policy: Partial<ManifestData>, options: ServerOptions = {}): Server {
  const server = new Server({ negativeTtl: null, ...options });
  server.put({ policy: { pools: POOLS, ...policy } });
  return server;
}

const pool = (name: string): PlanData => ({ kind: 'pool', pool: name });
const CONSTANT: ManifestData['hosts'] = {
  none: { kind: 'nodata' },
  gone: { kind: 'nxdomain' },
  plain: pool('plain'),
  brief: pool('brief'),
  checked: pool('checked'),
  either: { kind: 'firstHealthy', of: [pool('checked'), { kind: 'nxdomain' }] },
};

describe('What a constant plan denies is denied', () => {
  const server = serve({ hosts: CONSTANT });
  server.setHealth(tcpTarget('192.0.2.3:1'), 'down');
  const CASES: Readonly<Record<string, readonly [question: string, seconds: number]>> = {
    'for as long as the zone says, of a name that has nothing': ['none A', ZONES_OWN],
    'of a name that is not there': ['gone A', ZONES_OWN],
    'of a type that the plan never answers': ['plain AAAA', ZONES_OWN],
    'however short its other answers live': ['brief TXT', ZONES_OWN],
    'for no longer than the answer would have lived that health keeps back': ['checked A', OF_SETTINGS],
    'that being for all types, of a name that another moment brings back': ['either MX', OF_SETTINGS],
  };
  for (const [title, [question, seconds]] of Object.entries(CASES))
    test(title, () => assert.equal(denied(server, question.replace(' ', '.example.com ')), seconds));
});

describe('What a handler denies is denied', () => {
  const HANDLED = { hosts: { h: null }, pools: { plain: POOLS.plain ?? assert.fail() } };

  const ANSWER: PlanData = { kind: 'records', records: { TXT: ['here'] }, ttl: 7 };

  /** The host answers TXT, and denies all else so. */
  function handled(denial: 'nodata' | 'nxdomain', policy: Partial<ManifestData> = HANDLED): Server {
    const server = serve(policy);
    server.sandbox.script = (read) => (read('query.type') === 'TXT' ? ANSWER : { kind: denial });
    return server;
  }

  test('for as long as the zone says, where nobody says a TTL', () => {
    assert.equal(denied(handled('nodata'), 'h.example.com A'), ZONES_OWN);
    assert.equal(denied(handled('nxdomain'), 'h.example.com A'), ZONES_OWN);
  });

  test('for no longer than its policy says that answers live, or its pools', () => {
    for (const ttl of [20, OF_SETTINGS])
      assert.equal(denied(handled('nodata', { ...HANDLED, ttl }), 'h.example.com A'), ttl);
    assert.equal(denied(handled('nxdomain', { ...HANDLED, pools: POOLS }), 'h.example.com A'), 10);
  });

  test('nor than an answer that it has given', () => {
    const server = handled('nodata');
    assert.equal(denied(server, 'h.example.com A'), ZONES_OWN);
    assert.deepEqual(server.ask('h.example.com TXT').slice(1), ['h.example.com. 7 TXT "here"']);
    assert.equal(denied(server, 'h.example.com A'), 7);
  });

  test('as a fallback, for a moment', () => {
    const server = new Server({ negativeTtl: null });
    server.put({ policy: { ...HANDLED, fallback: { kind: 'nxdomain' } }, quarantined: 'it loops' });
    assert.equal(denied(server, 'h.example.com A'), OF_SETTINGS);
  });
});

test('The setting is the most that a policy denies something for, and says nothing of records', () => {
  const server = serve({ hosts: CONSTANT }, { negativeTtl: 60 });
  assert.equal(denied(server, 'none.example.com A'), 60);
  assert.equal(denied(server, 'nobody.example.com A'), ZONES_OWN);
  assert.equal(denied(serve({ hosts: CONSTANT }, { negativeTtl: 3600 }), 'none.example.com A'), ZONES_OWN);
});
