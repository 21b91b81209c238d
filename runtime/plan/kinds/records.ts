/** The plan `records`: records by type. */
import type { RecordsData } from '../../rpc/plan.ts';
import { typeToText } from '../../wire/iana/rrtype.ts';
import { rdataToText } from '../../wire/rdata/registry.ts';
import type { LeafKind } from '../kind.ts';
import { OBJECT, OCTETS } from '../octets.ts';
import type { RecordSet } from '../plan.ts';
import { SHOWN, withTtl } from '../text.ts';

export const records: LeafKind<'records'> = {
  compile(data, path, outerTtl, reader) {
    const sets = reader.records(data.records, path, reader.ttl(data, path, outerTtl));
    return { kind: 'records', sets };
  },
  octets: ({ sets }) => sets.reduce((octets, set) => octets + setOctets(set), OBJECT),
  text: ({ sets }) => sets.map(setText).join(' '),
  dataText: (data) => withTtl(recordsText(data.records), data.ttl),
};

/** Octets in memory of a set of records, with its arrays and without its values. */
const SET = 256;

function setOctets({ rdatas, encoded }: RecordSet): number {
  const alone = encoded === undefined ? 0 : OCTETS + encoded.length;
  return rdatas.reduce((octets, rdata) => octets + OCTETS + rdata.length, SET + OBJECT + alone);
}

/** Octets of values that are made into text. */
const MOST_OCTETS = 4 * SHOWN;

/** The text of a set, without values that would be cut anyway: making text of 64 KB takes milliseconds. */
function setText({ type, ttl, rdatas }: RecordSet): string {
  let values = '';
  for (const rdata of rdatas) {
    if (values.length > SHOWN) break;
    values += ` ${rdata.length > MOST_OCTETS ? `(${rdata.length} octets)` : rdataToText(type, rdata)}`;
  }
  return `${typeToText(type)}${values} (TTL ${ttl})`;
}

/** `A 192.0.2.10 192.0.2.11, AAAA 2001:db8::10`. */
function recordsText(data: RecordsData): string {
  return Object.entries(data)
    .map(([type, values]) => [type, ...values.flat()].join(' '))
    .join(', ');
}
