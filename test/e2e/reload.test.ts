/** A policy may change two hundred times under a client that never stops asking, and it never notices. */
import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';

const RELOADS = 200;

function policy(generation: number): string {
  return `import { definePolicy } from 'dnsteer';
    export default definePolicy({
      fallback: { TXT: 'fallback' },
      hosts: { www: (query) => ({ TXT: 'generation ${generation} for ' + query.type }) },
    });`;
}

let server: TestServer;
before(async () => {
  server = await startServer({ policies: { 'reload.example.ts': policy(0) }, processes: 2 });
});
after(() => server.stop());

test(`No query fails during ${RELOADS} reloads, and answers are the old or the new`, async () => {
  const client = await Client.open(server.port);
  let live = 0;
  let asked = 0;
  let done = false;
  let failed = false;
  const seen = new Set<number>();
  const asking = (async () => {
    let newest = 0;
    while (!done) {
      const before = newest;
      const reply = await client.ask('www.reload.example', 'TXT');
      asked += 1;
      assert.ok(reply !== undefined, `timeout at query ${asked}`);
      assert.equal(reply.rcode, 'NOERROR');
      const generation = Number(/^TXT generation (\d+) for TXT$/.exec(reply.answers[0] ?? '')?.[1]);
      assert.ok(generation >= before - 1 && generation <= live, `${reply.answers} while ${live} is live`);
      newest = Math.max(newest, generation);
      seen.add(generation);
    }
  })();
  asking.catch(() => {
    failed = true;
  });

  for (live = 1; live <= RELOADS && !failed; live += 1) {
    const file = path.join(server.folder, 'policies', 'reload.example.ts');
    writeFileSync(`${file}.next`, policy(live));
    renameSync(`${file}.next`, file);
    await until(() => seen.has(live) || failed);
  }
  live = RELOADS;
  done = true;
  await asking;
  client.close();
  assert.equal(seen.size, RELOADS + 1);
  assert.ok(asked > RELOADS);
});

/** Looks again whenever the event loop has turned, which every reply makes it do. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
