/** What operators have said of pools, beside what probes say of them (`dnsteer_pool_up` and others), and what they are told. */
import type { Forced } from '../../health/overrides/zone-overrides.ts';
import type { Status } from '../status.ts';
import type { Exposition, Sample } from './exposition.ts';

export function overrideMetrics(page: Exposition, { zones, overrides }: Status): void {
  const said = zones.flatMap(({ zone, pools }) =>
    pools.flatMap(({ name, override }) => (override === undefined ? [] : [{ zone, name, override }])),
  );
  page.gauge(
    'dnsteer_pool_override',
    'Always 1; the labels say what operators have said of a pool, or of an address in it: drain, up or down',
    said.flatMap(({ zone, name, override: { whole, some = [] } }): Sample[] => [
      ...(whole === undefined ? [] : [sampleOf(zone, name, '', whole)]),
      ...some.map(([address, forced]) => sampleOf(zone, name, address, forced)),
    ]),
  );
  page.gauge(
    'dnsteer_pool_drained_share',
    'Which share of what it would get a drain has taken from a pool, or from an address in it',
    said.flatMap(({ zone, name, override: { whole, some = [] } }): Sample[] =>
      [['', whole] as const, ...some].flatMap(([address, forced]): Sample[] =>
        typeof forced === 'number' ? [[labelsOf(zone, name, address), 1 - forced]] : [],
      ),
    ),
  );
  page.gauge(
    'dnsteer_overrides',
    'How many overrides there are, by what they say and whether operators or windows of maintenance say it',
    ['drain', 'up', 'down'].flatMap((kind) =>
      ['operator', 'maintenance'].map((by): Sample => {
        const isBy = (window: string | undefined) => (window === undefined) === (by === 'operator');
        return [{ kind, by }, overrides.filter((one) => one.kind === kind && isBy(one.window)).length];
      }),
    ),
  );
  page.gauge(
    'dnsteer_override_expiry_timestamp_seconds',
    'When an override ends by itself; absent of those that stay until somebody ends them',
    overrides.flatMap(({ kind, target, expires, window }): Sample[] =>
      expires === undefined || window !== undefined ? [] : [[{ kind, target }, Date.parse(expires) / 1000]],
    ),
  );
}

/** What became of messages to those whom operators want told. */
export function notificationMetrics(page: Exposition, { notified }: Status): void {
  page.counter(
    'dnsteer_notifications_total',
    'Messages to webhooks and commands: those that were taken, and tries that failed',
    Object.entries(notified).map(([outcome, count]): Sample => [{ outcome }, count]),
  );
}

function sampleOf(zone: string, pool: string, address: string, forced: Forced): Sample {
  return [{ ...labelsOf(zone, pool, address), override: typeof forced === 'number' ? 'drain' : forced }, 1];
}

function labelsOf(zone: string, pool: string, address: string): Readonly<Record<string, string>> {
  return address === '' ? { zone, pool } : { zone, pool, address };
}
