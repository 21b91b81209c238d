/** Whether the client is in some networks: `query.client.in('10.0.0.0/8', '2001:db8::/32')`. */
import { parseAddress, parsePrefix } from '../../base/net/ip.ts';
import type { NetworkSet } from '../../base/net/network-set.ts';
import { networkSetOf } from '../../base/net/network-set-builder.ts';
import { listFile, listName, MOST_IN_TEXT, networkFact } from '../../rpc/facts/network-fact.ts';
import { describe } from './describe.ts';
import { currentRun, FIELD, fieldOf, isListed, note, type Run } from './facts.ts';
import { create, isArray } from './primordials.ts';

/** By the name of their fact. */
const sets: Record<string, NetworkSet> = create(null);

/** Whether the client is in one of the networks and lists, which is noted; throws if any of them is none. */
export function isClientIn(...networks: readonly unknown[]): boolean {
  const run = currentRun();
  const written: unknown[] = [];
  let lists = 0;
  for (let at = 0; at < networks.length; at += 1) {
    const name = networks[at];
    const file = typeof name === 'string' ? listFile(name) : undefined;
    if (isArray(name)) for (let of = 0; of < name.length; of += 1) written[written.length] = name[of];
    else if (file === undefined) written[written.length] = name;
    else {
      lists += 1;
      const isIn = isListed(run, file);
      note(run, networkFact(listName(file)), isIn);
      if (isIn) return true;
    }
  }
  return lists > 0 && written.length === 0 ? false : isInOne(run, written);
}

function isInOne(run: Run, networks: readonly unknown[]): boolean {
  const fact = factOf(networks);
  sets[fact] ??= setOf(networks as readonly string[]);
  const client = parseAddress(fieldOf(run, FIELD.ip));
  const isIn = client !== undefined && sets[fact].has(client);
  note(run, fact, isIn);
  return isIn;
}

function factOf(networks: readonly unknown[]): string {
  if (networks.length === 0) throw new RangeError(`client.in: Name a network at least, ${EXAMPLE}`);
  let text = '';
  for (let at = 0; at < networks.length; at += 1) {
    const network = networks[at];
    if (typeof network !== 'string')
      throw new TypeError(`client.in: Must be a network ${EXAMPLE}, not ${describe(network)}`);
    text += at === 0 ? network : `,${network}`;
  }
  if (text.length > MOST_IN_TEXT) {
    throw new RangeError(
      `client.in: ${networks.length} networks are too many for one question: their texts together may have ${MOST_IN_TEXT} characters. Put them into a file, as in import partners from './partners.txt'`,
    );
  }
  return networkFact(text);
}

function setOf(networks: readonly string[]): NetworkSet {
  const prefixes = [];
  for (let at = 0; at < networks.length; at += 1) {
    const prefix = parsePrefix(networks[at] ?? '');
    if (prefix === undefined) throw new RangeError(`client.in: "${networks[at]}" is no network, ${EXAMPLE}`);
    prefixes[at] = prefix;
  }
  return networkSetOf(prefixes);
}

const EXAMPLE = 'as in "10.0.0.0/8" or "2001:db8::/32"';
