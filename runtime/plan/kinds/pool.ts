/** The plan `pool`: a pool, by its name. */
import type { LeafKind } from '../kind.ts';
import { OBJECT } from '../octets.ts';

export const pool: LeafKind<'pool'> = {
  compile: (data, path, ttl, reader) => reader.pool(data, path, ttl),
  octets: () => 2 * OBJECT,
  text: (plan) => plan.pool.name,
  dataText: (data) => data.pool,
};
