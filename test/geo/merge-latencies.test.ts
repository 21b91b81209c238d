/** Rows of one table of latencies go into another. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergedLatencies } from '../../runtime/geo/latency/merge-latencies.ts';
import { readLatencies } from '../../runtime/geo/latency/read-latencies.ts';

test('A row takes the place of that for the same network or place, however it is written', () => {
  const merged = mergedLatencies(
    'network,fra,iad\n192.0.2.0/24,12.5,95\nDE/AS64496,14,\n2001:db8::/32,1,2\nUS,,31\n',
    '# today\n"network","iad","sin"\n192.0.2.77/24,90,7\nde/as64496,80,\n2001:DB8:0::/32,,9\nAS1,5,5\n',
  );
  assert.equal(
    merged,
    'network,fra,iad,sin\n192.0.2.0/24,12.5,90,7\nDE/AS64496,14,80,\n2001:db8::/32,1,,9\nUS,,31,\nAS1,,5,5\n',
  );
  assert.equal(readLatencies(Buffer.from(merged)).ok, true);
});

test('A table without rows before is what is given', () => {
  assert.equal(mergedLatencies('', 'network,fra\nDE,1\n'), 'network,fra\nDE,1\n');
});
