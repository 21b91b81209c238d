/** A server of nothing but zone files has no sandbox, and starts one with the first policy. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '../support/client.ts';
import { startServer, type TestServer, UNHURRIED } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';

const ZONE = '@ SOA ns1 hostmaster 1 1h 15m 1w 5m\n@ NS ns1\nns1 A 192.0.2.1\nwww TXT "of a file"\n';
const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({
  fallback: { TXT: 'fallback' },
  hosts: { www: (query) => ({ TXT: 'policy for ' + query.client.ip }) },
});
`;

describe('A server of nothing but zone files', () => {
  let server: TestServer;
  let client: Client;
  before(async () => {
    server = await startServer({ policies: { 'static.example.zone': ZONE }, env: UNHURRIED });
    client = await Client.open(server.port);
  });
  after(async () => {
    client.close();
    await server.stop();
  });

  const kinds = async () => (await server.status()).processes.map(({ kind }) => kind);
  const answer = async (name: string) => (await client.ask(name, 'TXT'))?.answers.join();

  test('has no sandbox', async () => {
    assert.deepEqual(await kinds(), ['control', 'answer']);
    assert.equal(await answer('www.static.example'), 'TXT of a file');
  });

  test('starts one with the first policy', async () => {
    server.write('first.example.ts', POLICY);
    await until(
      () => answer('www.first.example'),
      (text) => text === 'TXT policy for 127.0.0.1',
    );
    assert.deepEqual(await kinds(), ['control', 'sandbox', 'answer', 'sandbox']);
  });
});
