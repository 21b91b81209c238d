/**
 * Messages of every kind, mutated, and what a whole server in process makes of them: each is answered as it
 * must be or not at all. A million of them, over sockets too: `node test/bench/fuzz.ts`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FUZZ } from '../support/fuzz.ts';
import { InProcess } from './responder/in-process.ts';
import { Tally } from './responder/tally.ts';

/** As many for each of the other laws' runs. */
const MESSAGES = 10 * FUZZ.numRuns;

test('Whatever is sent, the reply is one to it, as long as its client takes at most, and to responses and scraps there is none', () => {
  const tally = new Tally();
  const server = new InProcess(FUZZ.seed, tally);
  server.run(MESSAGES);
  assert.equal(tally.told.join('\n'), '');
  assert.equal(tally.messages, MESSAGES);
  assert.equal(server.counted, MESSAGES - tally.silent, 'each that is answered is counted once');
  // It got everywhere.
  const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'NOTAUTH'];
  for (const rcode of rcodes) assert.ok((tally.rcodes[rcode] ?? 0) > 10, `${tally.rcodes[rcode]} ${rcode}`);
  assert.ok(tally.silent > 500);
});
