/**
 * The fact of whether a client is in one of some networks, as text: `client.in(10.0.0.0/8,2001:db8::/32)`, or in a list of
 * them that its policy imports: `client.in(@lists/partners.txt)`. What a policy asks for is part of the name of the fact, so
 * that whoever reads the name can find the value again.
 */
import { type Prefix, parsePrefix } from '../../base/net/ip.ts';

const BEFORE = 'client.in(';
const BEHIND = ')';
const LIST = '@';
/** Characters of the networks, so that the name of the fact is short enough to be sent (sandbox-reply.ts). */
export const MOST_IN_TEXT = 900;

/** The fact that some networks name, as an author has written them; or a list. */
export function networkFact(networks: string): string {
  return BEFORE + networks + BEHIND;
}

/** The networks of such a fact, as they are written; `undefined` if it is none. */
export function networksText(fact: string): string | undefined {
  return fact.startsWith(BEFORE) && fact.endsWith(BEHIND)
    ? fact.slice(BEFORE.length, -BEHIND.length)
    : undefined;
}

/** The networks of such a text, which anybody may have written; `undefined` if it holds anything else. */
export function networksIn(text: string): Prefix[] | undefined {
  if (text.length > MOST_IN_TEXT) return undefined;
  const prefixes = text.split(',').map(parsePrefix);
  return prefixes.every((prefix) => prefix !== undefined) ? prefixes : undefined;
}

/** What a policy knows of a list: its file, below the policies folder. */
export function listName(file: string): string {
  return LIST + file;
}

/** The file of a list; `undefined` for the name of anything else. */
export function listFile(name: string): string | undefined {
  return name[0] === LIST ? name.slice(1) : undefined;
}
