/** Latencies that are given by the API stand in place of the file of the settings, over a restart and until they are dropped. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { deserialize } from 'node:v8';
import { silentLogger } from '../../../runtime/base/log.ts';
import { LatencyFile } from '../../../runtime/control/geo/latency-file.ts';
import { type LatencyData, LatencyTable } from '../../../runtime/geo/latency/latency-table.ts';
import { atEnd } from '../../support/at-end.ts';

interface Held {
  readonly latencies: LatencyFile;
  readonly file: string;
  /** As after a restart. */
  readonly anew: () => LatencyFile;
}

function held(context: TestContext): Held {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-latencies-'));
  atEnd(context, () => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'of-settings.csv');
  writeFileSync(file, 'network,fra,iad\nDE,10,90\nUS,80,\n');
  const anew = (): LatencyFile =>
    new LatencyFile({
      folder: path.join(folder, 'tables'),
      pushed: path.join(folder, 'state', 'latencies.csv'),
      account: undefined,
      log: silentLogger(),
    });
  return { latencies: anew(), file, anew };
}

/** Milliseconds of a country, by pool. */
function rowOf(latencies: LatencyFile, country: string): Record<string, number> {
  const { table = '' } = latencies.inForce() ?? {};
  const read = new LatencyTable(deserialize(readFileSync(table)) as LatencyData);
  const row = read.placeRow(country, 0);
  return Object.fromEntries(read.pools.map((pool, column) => [pool, read.value(row, column)]));
}

function csv(text: string): Buffer {
  return Buffer.from(text);
}

test('Rows go into those of the file, and a whole table takes their place', async (context) => {
  const { latencies, file, anew } = held(context);
  assert.deepEqual(await latencies.take(file), []);
  assert.deepEqual(latencies.facts(), { source: 'file', file, rows: 2, pools: 2 });
  const rows = await latencies.push(csv('network,iad\nUS,7\n'), 'rows');
  assert.ok(rows.ok);
  assert.deepEqual(rowOf(latencies, 'DE'), { fra: 10, iad: 90 });
  assert.deepEqual(rowOf(latencies, 'US'), { fra: 80, iad: 7 });
  assert.equal(latencies.facts()?.source, 'api');
  // The file of the settings says nothing as long as they are there.
  writeFileSync(file, 'network,fra,iad\nDE,1,1\n');
  await latencies.take(file);
  assert.deepEqual(rowOf(latencies, 'DE'), { fra: 10, iad: 90 });
  const later = anew();
  await later.take(file);
  assert.deepEqual(rowOf(later, 'US'), { fra: 80, iad: 7 });
  assert.ok((await later.push(csv('network,fra\nDE,33\n'), 'whole')).ok);
  assert.deepEqual(rowOf(later, 'DE'), { fra: 33 });
  assert.equal(await later.drop(), true);
  assert.deepEqual(rowOf(later, 'DE'), { fra: 1, iad: 1 });
  assert.equal(later.facts()?.source, 'file');
  assert.equal(await later.drop(), false);
});

test('What cannot be used is refused with its line, and changes nothing', async (context) => {
  const { latencies, file, anew } = held(context);
  await latencies.take(file);
  const before = latencies.inForce();
  for (const kind of ['whole', 'rows'] as const) {
    const pushed = await latencies.push(csv('network,fra\nDE,10\nUS,fast\n'), kind);
    assert.match(pushed.ok ? '' : pushed.problem, /^Cannot use the latencies: line 3: "fast" is no time/);
  }
  assert.deepEqual(latencies.inForce(), before);
  const later = anew();
  await later.take(undefined);
  assert.equal(later.facts(), undefined);
});
