/** By what the kinds hold on to clients that have them stay where they are: their network, the name, or a key. */
import type { Fields } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import { fnv1a } from '../../base/structures/fnv.ts';
import type { AskedFor, Client } from '../kind.ts';
import type { PlanReader } from '../plan-reader.ts';

export interface StickByData {
  readonly by?: 'network' | 'name';
  /** In place of both. */
  readonly key?: string;
}

export interface StickBy {
  readonly by: 'network' | 'name' | 'key';
  readonly keyHash: number;
}

const MOST_KEY = 256;

export function readStickBy({ kind, by, key }: Fields, path: string, reader: PlanReader): StickBy {
  const at = keyPath(path, String(kind));
  if (by !== undefined && by !== 'network' && by !== 'name')
    reader.refuse(keyPath(at, 'by'), 'Must be "network" or "name"');
  if (key === undefined) return { by: by === 'name' ? by : 'network', keyHash: 0 };
  if (by !== undefined) reader.refuse(keyPath(at, 'key'), 'Goes in place of "by"');
  const isKey = typeof key === 'string' && key.length <= MOST_KEY;
  if (!isKey) reader.refuse(keyPath(at, 'key'), `Must be a text of up to ${MOST_KEY} characters`);
  return { by: 'key', keyHash: isKey ? fnv1a(key) : 0 };
}

/** 32 bits that are the same for all that are held together. */
export function stickHash({ by, keyHash }: StickBy, client: Client, asked: AskedFor): number {
  if (by === 'network') return client.subnetHash();
  return by === 'name' ? asked.nameHash() : keyHash;
}

export function stickWhy({ by }: StickBy): string {
  return by === 'network' ? 'by client subnet' : `by ${by}`;
}

/** Nothing for the network, which is usual. */
export function stickText(plan: StickBy | StickByData): string {
  if ('keyHash' in plan) return plan.by === 'network' ? '' : ` by ${plan.by}`;
  if (plan.key !== undefined) return ' by key';
  return plan.by === 'name' ? ' by name' : '';
}
