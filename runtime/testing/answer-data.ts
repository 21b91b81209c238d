/** An answer as tests see it (types/test.d.ts), from its explanation. */
import type { Pool } from '../plan/plan.ts';
import type { Explanation } from '../rpc/explanation.ts';

export function answerData(explanation: Explanation, pools: ReadonlyMap<string, Pool>): object {
  const { name, type, rcode, answer, isTruncated, authority, client, ecsScope, reads, fallback } =
    explanation;
  const records = answer.map(recordData);
  const ttls = (records.length > 0 ? records : authority.map(recordData)).map(({ ttl }) => ttl);
  const pool = poolOfAnswer(explanation, pools);
  return {
    name,
    type,
    rcode,
    ...(pool !== undefined && { pool }),
    records,
    truncated: isTruncated === true,
    ...(ttls.length > 0 && { ttl: Math.min(...ttls) }),
    // Of a client without an address nobody knows how many are like it.
    ...((ecsScope === 0 || client.subnet !== undefined) && { scope: ecsScope }),
    reads: Object.fromEntries(reads),
    ...(fallback && { fallback: { reason: fallback.reason, message: fallback.message } }),
  };
}

/** `www.example.com. 30 IN A 192.0.2.1` */
function recordData(record: string): { name: string; type: string; ttl: number; value: string } {
  const [name = '', ttl = '', , type = '', ...value] = record.split(' ');
  return { name, type, ttl: Number(ttl), value: value.join(' ') };
}

/** The pool that serves: the innermost that was chosen, if it has an answer. */
export function poolOfAnswer(
  { steering, answer }: Explanation,
  pools: ReadonlyMap<string, Pool>,
): string | undefined {
  if (answer.length === 0) return undefined;
  const chosen = steering.filter(({ verdict, subject }) => verdict === 'chosen' && pools.has(subject));
  return chosen.toSorted((a, b) => b.depth - a.depth)[0]?.subject;
}

/** What a distribution calls an answer: its pool, else its records, else its code. */
export function shareName({ answer, rcode }: Explanation, pool: string | undefined): string {
  if (pool !== undefined) return pool;
  if (answer.length > 0) return answer.map((record) => recordData(record).value).join(', ');
  return rcode === 'NOERROR' ? 'NODATA' : rcode;
}
