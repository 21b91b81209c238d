/** What is known of health, from one server to the next by way of a file. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { createLogger } from '../../../runtime/base/log.ts';
import { HealthFile } from '../../../runtime/control/health/health-file.ts';
import { HealthMemory } from '../../../runtime/health/memory.ts';
import { atEnd } from '../../support/at-end.ts';
import type { Scope } from '../../support/servers.ts';

function fileIn(t: Scope): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-health-'));
  atEnd(t, () => rmSync(folder, { recursive: true }));
  return path.join(folder, 'state', 'health');
}

function opened(file: string) {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', format: 'json' }, { write: (line) => lines.push(line) });
  const memory = new HealthMemory();
  return { memory, lines, kept: new HealthFile(file, memory, log) };
}

test('What a server knew, its successor knows, as from before', async (t) => {
  const file = fileIn(t);
  const first = opened(file);
  const now = Date.now();
  first.kept.start();
  first.memory.note('a.example', 'tcp://192.0.2.1:80', { state: 'down', since: now - 90_000, at: now });
  first.memory.note('a.example', 'tcp://192.0.2.2:80', {
    state: 'up',
    since: now - 999_999,
    at: now - 600_001,
  });
  first.kept.note({ state: 'down' });
  await first.kept.stop();
  const second = opened(file);
  second.kept.start();
  atEnd(t, () => second.kept.stop());
  assert.deepEqual(second.memory.kept(now), [
    {
      owner: 'a.example',
      probed: 'tcp://192.0.2.1:80',
      state: 'down',
      since: now - 90_000,
      at: now,
      isFromBefore: true,
    },
  ]);
  assert.deepEqual(second.lines, []);
});

test('Where no check ever came to a result, nothing is written', async (t) => {
  const file = fileIn(t);
  const { kept } = opened(file);
  kept.start();
  kept.note({ state: 'unknown' });
  await kept.stop();
  assert.throws(() => readFileSync(file));
});

test('Lines that are not sound say nothing, and hide no others', async (t) => {
  const file = fileIn(t);
  const { kept, memory, lines } = opened(path.join(path.dirname(file), '..', 'health'));
  const at = Date.now();
  const good = { owner: 'a.example', probed: 'tcp://192.0.2.1:80', state: 'down', since: at, at };
  const bad = [
    '{',
    '1',
    'null',
    JSON.stringify({ ...good, state: 'gone' }),
    JSON.stringify({ ...good, at: 'now' }),
  ];
  writeFileSync(path.join(path.dirname(file), '..', 'health'), [...bad, JSON.stringify(good), ''].join('\n'));
  kept.start();
  atEnd(t, () => kept.stop());
  assert.deepEqual(
    memory.kept(at).map(({ probed }) => probed),
    ['tcp://192.0.2.1:80'],
  );
  assert.deepEqual(lines, []);
});
