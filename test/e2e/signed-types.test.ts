/** A signed zone answers the types that it knows of, and no policy can make it answer others. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { dig, digShort, missing } from '../support/dig.ts';
import { startServer, type TestServer, UNHURRIED } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';

const policy = (host: string) => `import { definePolicy } from 'dnsteer';
export default definePolicy({
  pools: { us: { A: ['192.0.2.1'] } },
  fallback: 'us',
  hosts: { canary: ${host} },
});
`;
// The trial asks for addresses, and never sees that there is a text.
const UNDECLARED = "({ type }) => (type === 'TXT' ? { TXT: 'undeclared' } : 'us')";
const DECLARED = "{ types: ['TXT'], decide: ({ type }) => (type === 'TXT' ? { TXT: 'declared' } : 'us') }";

describe('Of a signed zone', { skip: missing('dig') }, () => {
  let server: TestServer;
  before(async () => {
    server = await startServer({
      env: UNHURRIED,
      config: 'dnssec: { zones: [shop.example, seen.example] }\nzone: { nameServers: [ns.example.net] }\n',
      policies: {
        'shop.example.ts': policy(UNDECLARED),
        'plain.example.ts': policy(UNDECLARED),
        'seen.example.ts': policy("() => ({ TXT: 'seen' })"),
      },
    });
  });
  after(() => server.stop());
  const statusOf = async (name: string) => (await server.status()).zones.find(({ zone }) => zone === name);

  test('what the trial sees and nobody declares is warned of', async () => {
    assert.match(server.output(), /Host "canary" answers TXT, which neither a pool nor the host declares/);
    // It was seen, and so it is known.
    assert.deepEqual(await digShort(server.port, 'canary.seen.example', 'TXT'), ['"seen"']);
    const seen = await statusOf('seen.example');
    assert.deepEqual(
      seen?.problems.map(({ code, severity }) => [code, severity]),
      [['POLICY_TYPES', 'warning']],
    );
  });

  test('a decision of a type that nobody declares falls back, until it is declared', async () => {
    assert.deepEqual(await digShort(server.port, 'canary.plain.example', 'TXT'), ['"undeclared"']);
    assert.deepEqual(await digShort(server.port, 'canary.shop.example', 'A'), ['192.0.2.1']);
    // The fallback has no text.
    const denied = await dig(server.port, 'canary.shop.example', 'TXT', '+dnssec');
    assert.match(denied, /status: NOERROR/);
    assert.match(denied, /\bNSEC\b/);
    assert.match(denied, /\bRRSIG\s+SOA 13\b/);
    await server.printed(/POLICY_TYPES: Answers TXT.*types: \['TXT'\]/);
    const reasons = ['plain.example', 'seen.example', 'shop.example'].map(
      async (zone) => (await statusOf(zone))?.lastFailure?.reason,
    );
    assert.deepEqual(await Promise.all(reasons), [undefined, undefined, 'invalid']);
    server.write('shop.example.ts', policy(DECLARED));
    await until(
      () => digShort(server.port, 'canary.shop.example', 'TXT'),
      ([text]) => text === '"declared"',
    );
    assert.match(await dig(server.port, 'canary.shop.example', 'TXT', '+dnssec'), /\bRRSIG\s+TXT 13 3\b/);
  });
});
