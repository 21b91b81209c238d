/** A policy may change two hundred times under a client that never stops asking, and it never notices. */
import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../support/client.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';

const RELOADS = 200;

function policy(generation: number): string {
  return `import { definePolicy } from 'dnsteer';
    export default definePolicy({
      budget: 100, deadline: 1000,
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
  const state = { live: 0, asked: 0, seen: new Set<number>(), isOver: false };
  const asking = askAll(client, state).finally(() => {
    state.isOver = true;
  });
  for (let generation = 1; generation <= RELOADS && !state.isOver; generation += 1) {
    state.live = generation;
    const file = path.join(server.folder, 'policies', 'reload.example.ts');
    writeFileSync(`${file}.next`, policy(generation));
    renameSync(`${file}.next`, file);
    await until(
      () => Promise.resolve(state.seen.has(generation) || state.isOver),
      (isSeen) => isSeen,
    );
  }
  state.isOver = true;
  try {
    await asking;
  } finally {
    client.close();
  }
  assert.equal(state.seen.size, RELOADS + 1);
  assert.ok(state.asked > RELOADS);
});

interface State {
  /** The newest generation written. */
  live: number;
  asked: number;
  readonly seen: Set<number>;
  isOver: boolean;
}

/** Asks some hundred questions a second until it is over; whatever is not as it should be ends it. */
async function askAll(client: Client, state: State): Promise<void> {
  let newest = 0;
  while (!state.isOver) {
    const reply = await client.ask('www.reload.example', 'TXT');
    state.asked += 1;
    assert.ok(reply !== undefined, `timeout at query ${state.asked}`);
    assert.equal(reply.rcode, 'NOERROR');
    const [answer = ''] = reply.answers;
    const generation = Number(/^TXT generation (\d+) for TXT$/.exec(answer)?.[1]);
    // Of two answer processes one may have the new version a moment before the other.
    assert.ok(generation >= newest - 1 && generation <= state.live, `${answer} while ${state.live} is live`);
    newest = Math.max(newest, generation);
    state.seen.add(generation);
    // A processor that does nothing but this would be missing elsewhere.
    await sleep(1);
  }
}
