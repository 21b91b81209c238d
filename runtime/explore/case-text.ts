/** A case in words: `a client in FR, us down, 3 o'clock`. */
import { alikeFrom, OTHER, plainName } from '../rpc/alike.ts';
import { listFile, networksText } from '../rpc/facts/network-fact.ts';
import type { FactValue, Read } from '../rpc/plan.ts';

/** What was read, in words, for the end of a sentence: `for country FR, with us down, at hour 3`. */
export function caseText(reads: readonly Read[]): string {
  return reads.length === 0 ? 'every client' : reads.map(readText).join(', ');
}

function readText([fact, value]: Read): string {
  const networks = networksText(fact);
  if (networks !== undefined)
    return `${value === true ? 'in' : 'not in'} ${listFile(networks) ?? networks.replaceAll(',', ', ')}`;
  const [domain = '', ...rest] = fact.split('.');
  const name = rest.join('.');
  if (domain === 'health') return `${name} ${value}`;
  if (domain.startsWith('time@')) {
    // The name of a zone holds no dot.
    return `${name} ${value} in ${domain.slice('time@'.length)}`;
  }
  const [field = '', groups] = name.split('~');
  if (groups !== undefined && value !== null)
    return `${WORDS[`client.${field}`] ?? field} ${groupText(groups, value)}`;
  return `${WORDS[plainName(fact)] ?? field} ${valueText(value)}`;
}

/** Of a fact that is compared only: what it is, or what it is not. */
function groupText(groups: string, value: FactValue): string {
  const alike = alikeFrom(groups) ?? new Map<string, string>();
  if (value === OTHER) return `other than ${[...alike.keys()].join(', ')}`;
  return [...alike].flatMap(([member, seen]) => (seen === value ? [member] : [])).join(' or ');
}

const WORDS: Readonly<Record<string, string>> = {
  'client.timeZone': 'time zone',
  'client.eu': 'in the EU:',
  'client.family': 'IPv',
  'client.resolver.address': 'resolver',
  'client.resolver.country': 'resolver in',
  'query.transport': 'over',
  'query.local': 'at',
  'query.name': 'name',
  'query.type': 'type',
};

function valueText(value: FactValue): string {
  if (value === null) return 'not known';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
