/** Where an answer comes from, once it is made. */
import type { Explanation } from '../../rpc/explanation.ts';
import { RCODE } from '../../wire/iana/rcode.ts';
import type { Exchange } from '../exchange.ts';

export function sourceOf(exchange: Exchange): Pick<Explanation, 'source' | 'unready'> {
  const { zone, host, cause, referral, rcode, extendedError } = exchange;
  if (cause !== undefined) return { source: 'fallback' };
  if (referral !== undefined) return { source: 'delegation' };
  if (host !== undefined) return { source: 'policy' };
  if (zone === undefined) return { source: 'none' };
  const unready = rcode === RCODE.SERVFAIL ? extendedError?.text : undefined;
  return unready === undefined ? { source: 'static' } : { source: 'none', unready };
}
