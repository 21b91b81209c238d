/** Name servers as texts. */
import type { NameServers, ParentView } from './delegation-views.ts';

/** A name as registrars want it: without the final dot. */
export function shown(name: string): string {
  return name === '.' ? 'The root' : name.replace(/\.$/, '');
}

/** The names of name servers as one text, to compare and to show. */
export function listOf(nameServers: NameServers | undefined): string {
  const names = [...(nameServers?.keys() ?? [])].map(shown).sort();
  return names.length === 0 ? 'no name servers' : names.join(', ');
}

/** Whether a name is the zone's or below it, so that resolvers find it only by glue. */
export function isInside(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** The name servers at the parent, by the first of its servers. */
export function nameServersAt(parent: ParentView): NameServers | undefined {
  return parent.kind === 'asked' ? parent.answers[0]?.nameServers : undefined;
}

/** A server at one of its addresses, for people. */
export function serverPlace({ name, address }: { readonly name: string; readonly address: string }): string {
  return `${shown(name)} (${address})`;
}
