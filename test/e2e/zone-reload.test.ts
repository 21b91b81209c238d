/** A large zone is replaced as a whole, under queries, and a broken file leaves the one there is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atEnd } from '../support/at-end.ts';
import { Client } from '../support/client.ts';
import { startServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';

/** Every record says which generation it is of, the included one too. */
function main(generation: number): string {
  return `$TTL 60\n$GENERATE 0-4999 h$ TXT ${generation}\n$INCLUDE parts/more.inc\n`;
}

test('A large zone changes at once for all its names, follows what it includes, and survives a broken file', async (context) => {
  const policies = {
    'big.example.zone': main(1),
    'parts/more.inc': 'more TXT 1\n',
    'other.example.zone': 'a TXT 1\n',
  };
  const server = await startServer({ policies });
  atEnd(context, () => server.stop());
  const client = await Client.open(server.port);
  atEnd(context, () => client.close());
  const text = async (name: string) => (await client.ask(name, 'TXT'))?.answers[0];
  assert.equal(await text('more.big.example'), 'TXT 1');
  const versionOf = async (zone: string) =>
    (await server.status()).zones.find((one) => one.zone === zone)?.version;
  const other = await versionOf('other.example');

  server.write('big.example.zone', main(2));
  // Once one name is of the second generation, no other is of the first.
  let newest = 'TXT 1';
  for (let host = 0; newest !== 'TXT 2' || host % 100 !== 0; host = (host + 1) % 5000) {
    const seen = (await text(`h${host}.big.example`)) ?? '';
    assert.ok(seen === newest || seen === 'TXT 2', `h${host} is ${seen} after ${newest}`);
    newest = seen;
  }

  server.write('parts/more.inc', 'more TXT 2\n');
  await until(
    () => text('more.big.example'),
    (seen) => seen === 'TXT 2',
  );
  assert.equal(await versionOf('other.example'), other);

  server.write('big.example.zone', `${main(3)}x A 1\ny A 2\n`);
  const state = async () => (await server.status()).zones.find(({ zone }) => zone === 'big.example');
  const broken = await until(state, (zone) => zone?.state === 'degraded');
  assert.deepEqual(
    broken?.problems.map(({ line, column }) => [line, column]),
    [
      [4, 5],
      [5, 5],
    ],
  );
  assert.equal(await text('h7.big.example'), 'TXT 2');
});
