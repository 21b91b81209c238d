/** Answers `/api/upstreams?pool=shop.example/eu&pool=…`: the addresses of pools as they are now. */
import { suggest } from '../../base/suggest.ts';
import type { AdminSource } from '../source.ts';
import type { UpstreamPool } from './upstream.ts';

export interface UpstreamsReply {
  readonly pools: readonly UpstreamPool[];
}

export type UpstreamsResult =
  | { readonly status: 200; readonly body: UpstreamsReply }
  | { readonly status: 400 | 404; readonly body: { readonly error: string } };

const MOST_POOLS = 1000;

export function upstreamsAsked(
  names: readonly string[],
  source: Pick<AdminSource, 'facts' | 'upstreams'>,
): UpstreamsResult {
  if (names.length === 0 || names.length > MOST_POOLS)
    return {
      status: 400,
      body: { error: `From one to ${MOST_POOLS} pools are needed: pool=shop.example/eu` },
    };
  const pools: UpstreamPool[] = [];
  for (const pool of names) {
    const slash = pool.indexOf('/');
    const upstreams = source.upstreams(
      pool.slice(0, Math.max(0, slash)).toLowerCase(),
      pool.slice(slash + 1),
    );
    if (upstreams === undefined) return { status: 404, body: { error: noSuchPool(pool, source) } };
    pools.push({ pool, upstreams });
  }
  return { status: 200, body: { pools } };
}

function noSuchPool(pool: string, source: Pick<AdminSource, 'facts'>): string {
  const all = source.facts().zones.flatMap(({ zone, pools }) => pools.map(({ name }) => `${zone}/${name}`));
  const meant = suggest(pool, all);
  return `No pool "${pool}" is served${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}
