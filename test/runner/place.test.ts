/** Hosts that read no place are not told it, and nobody can tell: the first that does is run again with it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { outline, PolicySandbox } from '../policies/sandbox.ts';

const sandbox = new PolicySandbox();
before(() => sandbox.start());
after(() => sandbox.stop());

/** More runs than it takes for a host to be told no place any more. */
const MANY = 40;

const CLIENT = { country: 'FR', city: 'Paris' };

test('A host that reads the place after many runs has it, and what it read is known', async () => {
  const zone = await sandbox.loadCode(
    '',
    `({ type, client }) => (type === 'TXT' ? { TXT: String(client.country) } : { TXT: 'none' })`,
  );
  for (let run = 0; run < MANY; run += 1) await zone.decide('www', { type: 'A', client: CLIENT });
  const { plan, reads } = await zone.decide('www', { type: 'TXT', client: CLIENT });
  assert.equal(outline(plan), 'FR');
  assert.deepEqual(reads, [
    ['query.type', 'TXT'],
    ['client.country', 'FR'],
  ]);
});

test('A policy that catches what it is not told is run again all the same', async () => {
  const zone = await sandbox.loadCode(
    '',
    `({ type, client }) => {
      if (type === 'A') return { TXT: 'none' };
      try { return { TXT: String(client.city) }; } catch { return { TXT: 'caught' }; }
    }`,
  );
  for (let run = 0; run < MANY; run += 1) await zone.decide('www', { type: 'A', client: CLIENT });
  for (const city of ['Paris', 'Lyon']) {
    const { plan, reads } = await zone.decide('www', { type: 'TXT', client: { ...CLIENT, city } });
    assert.equal(outline(plan), city);
    assert.deepEqual(reads.at(-1), ['client.city', city]);
  }
});

test('Many at once are each told their own place', async () => {
  const zone = await sandbox.loadCode(
    '',
    `({ type, client }) => (type === 'TXT' ? { TXT: String(client.country) } : { TXT: 'none' })`,
  );
  for (let run = 0; run < MANY; run += 1) await zone.decide('www', { type: 'A', client: CLIENT });
  const countries = ['FR', 'DE', 'US', 'JP', 'BR', 'ZA', 'FR', 'DE'];
  const decided = await Promise.all(
    countries.map((country) => zone.decide('www', { type: 'TXT', client: { country } })),
  );
  assert.deepEqual(
    decided.map(({ plan }) => outline(plan)),
    countries,
  );
});
