/**
 * Facts that a policy compares only. `build/narrow-reads.ts` finds where a policy does nothing with a fact but compare
 * it with texts that are known, and has it read the fact from a view of the client: there stands, in place of a value,
 * what stands for all that the comparisons cannot tell from it, and that is noted as read. So the host makes one
 * decision for all of them. The policy never sees more than was noted, whatever it is.
 */
import type { Client } from '../../../types/policy.d.ts';
import { OTHER } from '../../rpc/alike.ts';
import { currentRun, note, placeOf } from './facts.ts';
import { apply, charAt, create, defineProperty, freeze, slice } from './primordials.ts';
import { query } from './query.ts';

type Field = 'country' | 'region' | 'city' | 'timeZone' | 'continent' | 'organization';

/** Field, `~`, groups; repeated → the view. */
const views: Record<string, object> = create(null);

/**
 * The client of the query by a view in which each `field` tells only to which of its `groups` a value belongs, written
 * as rpc/alike.ts says: `compared(query.client, 'country', 'DE')`. Anything else than the client is returned as it is.
 */
export function compared(client: unknown, ...narrowed: string[]): unknown {
  if (client !== query.client) return client;
  let key = '';
  for (let at = 0; at < narrowed.length; at += 1) key += `${narrowed[at]}~`;
  views[key] ??= viewOf(narrowed);
  return views[key];
}

function viewOf(narrowed: readonly string[]): object {
  const view: object = create(query.client);
  for (let at = 0; at + 1 < narrowed.length; at += 2) {
    const [field, groups] = [narrowed[at] as Field, narrowed[at + 1] ?? ''];
    const fact = `client.${field}~${groups}`;
    const alike = alikeIn(groups);
    defineProperty(view, field, { enumerable: true, get: () => read(field, fact, alike) });
  }
  return freeze(view);
}

function read(field: Field, fact: string, alike: Readonly<Record<string, string>>): string | undefined {
  const run = currentRun();
  const value = (placeOf(run)[field] ?? undefined) as Client[Field];
  const seen = value === undefined ? undefined : (alike[value] ?? OTHER);
  note(run, fact, seen ?? null);
  return seen;
}

/** Value → the first of its group. Without methods of arrays, which a policy may have replaced. */
function alikeIn(groups: string): Readonly<Record<string, string>> {
  const alike: Record<string, string> = create(null);
  let [from, first] = [0, ''];
  for (let at = 0; at <= groups.length; at += 1) {
    const character = apply(charAt, groups, [at]);
    if (character !== '' && character !== ',' && character !== '|') continue;
    const value = apply(slice, groups, [from, at]);
    if (first === '') first = value;
    alike[value] = first;
    from = at + 1;
    if (character === '|') first = '';
  }
  return alike;
}
