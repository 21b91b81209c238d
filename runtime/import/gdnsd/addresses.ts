/** The members of a gdnsd resource: by family, in a stanza for each family or in one for all. */
import { isIP } from 'node:net';
import { NotUnderstood } from '../imported.ts';
import { INHERITED } from './context.ts';
import { inherit, textOf, vscfItems } from './fields.ts';
import type { Vscf, VscfHash } from './vscf.ts';

/** A type of records that resources answer. */
export type AnswerKind = 'A' | 'AAAA' | 'CNAME';

export interface Stanza {
  readonly kind: AnswerKind;
  /** Parameters and members together. */
  readonly hash: VscfHash;
  readonly members: readonly (readonly [label: string, value: Vscf])[];
}

/** What stands beside members, and is none. */
const PARAMETERS = new Set([...INHERITED, 'addrs_v4', 'addrs_v6']);

/**
 * The stanzas of a resource. `kindOf` tells what a member is. @throws {NotUnderstood} Where the members of one stanza are
 * of several kinds, or there are none.
 */
export function stanzasOf(resource: VscfHash, kindOf: (member: Vscf) => AnswerKind): readonly Stanza[] {
  const stanzas = ['addrs_v4', 'addrs_v6'].flatMap((key) => {
    const value = resource.entries.get(key);
    return value === undefined ? [] : [inherit(labelled(value), INHERITED, resource)];
  });
  return (stanzas.length > 0 ? stanzas : [resource]).map((hash) => {
    const members = [...hash.entries].filter(([key]) => !PARAMETERS.has(key));
    const kinds = new Set(members.map(([, member]) => kindOf(member)));
    const [kind] = kinds;
    if (kind === undefined || kinds.size > 1) {
      const message =
        kind === undefined ? 'The resource has no address' : 'Addresses of both families stand in one stanza';
      throw new NotUnderstood(hash.place, message, 'Write addrs_v4 => { … } and addrs_v6 => { … }');
    }
    return { kind, hash, members };
  });
}

/** An array of addresses stands for a hash with labels 1, 2, … */
export function labelled(value: Vscf): VscfHash {
  if (value.kind === 'hash') return value;
  const entries = vscfItems(value).map((item, index) => [String(index + 1), item] as const);
  return { kind: 'hash', entries: new Map(entries), place: value.place };
}

/** The kind of an address or a name. */
export function answerKind(member: Vscf): AnswerKind {
  const { text } = textOf(member, 'A member');
  const family = isIP(text);
  if (family === 0) return 'CNAME';
  return family === 4 ? 'A' : 'AAAA';
}

/** The kind of addresses only. @throws {NotUnderstood} For a name. */
export function addressKind(member: Vscf): AnswerKind {
  const kind = answerKind(member);
  if (kind !== 'CNAME') return kind;
  throw new NotUnderstood(
    member.place,
    `"${textOf(member, 'A member').text}" is no IP address`,
    'Write an address',
  );
}
