/** Name servers as texts. */
import type { NameServers, ParentView } from './delegation-views.ts';

/** A name as registrars want it: without the final dot. */
export function shown(name: string): string {
  return name === '.' ? 'The root' : name.replace(/\.$/, '');
}

/** Name servers as a text to compare and to show. */
export function listOf(nameServers: NameServers | undefined): string {
  const names = [...(nameServers?.keys() ?? [])].map(shown).sort();
  return names.length === 0 ? 'no name servers' : names.join(', ');
}

/** Whether a name is the zone's or below it, so that only glue leads there. */
export function isInside(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** What the parent's servers say, the first for all. */
export function nameServersAt(parent: ParentView): NameServers | undefined {
  return parent.kind === 'asked' ? parent.answers[0]?.nameServers : undefined;
}
