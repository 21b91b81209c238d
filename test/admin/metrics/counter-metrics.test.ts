/** A counter that has a row is on the page and among the totals, whatever it is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counterMetrics } from '../../../runtime/admin/metrics/counter-metrics.ts';
import { Exposition } from '../../../runtime/admin/metrics/exposition.ts';
import { Tally } from '../../../runtime/admin/totals.ts';
import type { Row } from '../../../runtime/rpc/counter-rows.ts';
import { PROCESS_COUNTERS } from '../../../runtime/rpc/counters.ts';
import {
  type CounterGroup,
  noProcessCounts,
  type ProcessCounts,
  processTotals,
} from '../../../runtime/rpc/process-counts.ts';
import { parseExposition } from '../exposition-parser.ts';
import { fakeStats } from '../fake-source.ts';

/** What two processes that counted this much have on the page. */
function page(counts: ProcessCounts) {
  const stats = [1, 2].map((pid) => ({ ...fakeStats(pid, 0), counts }));
  const exposition = new Exposition();
  const processes = stats.map(({ pid }) => ({ labels: { index: String(pid) }, counts }));
  counterMetrics(exposition, new Tally().update(stats, new Set([1, 2])), processes);
  return parseExposition(exposition.toString());
}

const ROWS = Object.entries(PROCESS_COUNTERS).flatMap(([group, rows]) =>
  Object.entries<Row>(rows).map(([name, row]) => ({ group: group as CounterGroup, name, row })),
);

for (const { group, name, row } of ROWS) {
  if (row.kind === 'histogram' || row.metric === undefined) continue;
  test(`The row ${group}.${name} is on the page, added up over processes or one by one`, () => {
    const none = noProcessCounts();
    const families = page({ ...none, [group]: { ...none[group], [name]: 21 } });
    const family = families.get(row.metric ?? '');
    const labels = Object.entries(row.labels ?? {}).map(([label, text]) => `${label}="${text}"`);
    const isOwn = row.kind === 'most';
    const sample = `${row.metric}{${isOwn ? 'index="2"' : labels.join()}}`;
    assert.equal(family?.samples.get(sample), isOwn ? 21 : 42);
    assert.equal(family.type, row.kind === 'sum' ? 'counter' : 'gauge');
    // Other rows of the same metric are there, too.
    const values = [...family.samples.values()].filter((value) => value !== 0);
    assert.equal(values.length, isOwn ? 2 : 1);
  });
}

test('What got no answer has its reason', () => {
  const counts = noProcessCounts();
  const steps = { ...counts.steps, ignored: 1 };
  const transport = {
    datagrams: 9,
    sendErrors: 1,
    clients: 2,
    refused: 3,
    cut: 4,
    handshakes: 5,
    httpErrors: 6,
    unproxied: 7,
    displaced: 8,
  };
  const samples = page({ ...counts, steps, transport }).get('dnsteer_dropped_total')?.samples ?? [];
  assert.deepEqual(Object.fromEntries(samples), {
    'dnsteer_dropped_total{reason="not_a_query"}': 2,
    'dnsteer_dropped_total{reason="udp_send_error"}': 2,
    'dnsteer_dropped_total{reason="tcp_refused"}': 6,
    'dnsteer_dropped_total{reason="tcp_cut"}': 8,
    'dnsteer_dropped_total{reason="tcp_displaced"}': 16,
    'dnsteer_dropped_total{reason="tls_handshake"}': 10,
    'dnsteer_dropped_total{reason="http_error"}': 12,
    'dnsteer_dropped_total{reason="no_proxy_header"}': 14,
  });
});

test('The status has totals by the names of their rows', () => {
  const counts = noProcessCounts();
  const limited = { ...counts.limited, dropped: 3, leaked: 9 };
  const totals = processTotals({ ...counts, limited, sandbox: { restarts: 4 } });
  assert.partialDeepStrictEqual(totals, { rateDropped: 3, rateSlipped: 0, sandboxRestarts: 4, memoHits: 0 });
  const named = ROWS.flatMap(({ row }) => row.total ?? []);
  assert.deepEqual(Object.keys(totals).toSorted(), named.toSorted());
});
