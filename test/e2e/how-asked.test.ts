/** Policies see how a query came: the transport, our address that was asked, and who sent it, whoever the client is. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { digShort, missing } from '../support/dig.ts';
import { UNHURRIED } from '../support/dnsteer.ts';
import { World } from '../support/world.ts';

const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({
  fallback: { TXT: 'fallback' },
  hosts: {
    www: ({ transport, local, client: { resolver, subnet } }) => ({ TXT: [transport, local, resolver.address, subnet].join(' ') }),
  },
  budget: 100,
});
`;

let world: World;
before(async () => {
  world = await World.start({ env: UNHURRIED, policies: { 'asked.example.ts': POLICY } });
});
after(() => world.stop());

test('over UDP and TCP, at the address asked, by the address that asks, with the client that it tells', {
  skip: missing('dig'),
}, async () => {
  await world.becomes('asked.example', 'udp 127.0.0.1 127.0.0.1 127.0.0.0/24');
  const { port } = world.server;
  for (let turn = 0; turn < 2; turn += 1) {
    assert.equal(await says(port), '"udp 127.0.0.1 127.0.0.1 127.0.0.0/24"');
    assert.equal(await says(port, '+tcp'), '"tcp 127.0.0.1 127.0.0.1 127.0.0.0/24"');
    assert.equal(await says(port, '+subnet=203.0.113.0/24'), '"udp 127.0.0.1 127.0.0.1 203.0.113.0/24"');
  }
});

async function says(port: number, ...options: readonly string[]): Promise<string> {
  return (await digShort(port, 'www.asked.example', 'TXT', ...options)).join();
}
