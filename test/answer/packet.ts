/** Queries as clients send them, encoded by dns-packet. */
import { decode, encode, type OptAnswer, type RecordClass, type RecordType } from 'dns-packet';
import { typeFromText } from '../../runtime/wire/iana/rrtype.ts';
import type { Transport } from '../../runtime/wire/transport.ts';
import { opt } from '../support/queries.ts';

export interface Ask {
  /** `www.example.com A`, and a class if it is not IN. */
  readonly question: string;
  readonly transport?: Transport;
  /** Where the packet comes from. */
  readonly from?: string;
  /** With EDNS; `ecs` brings it along. */
  readonly edns?: Partial<OptAnswer>;
  /** Client subnet, `198.51.100.0/24`. */
  readonly ecs?: string;
}

/** The packet of a question. */
export function packetOf({ question, edns, ecs }: Ask): Buffer {
  const [name = '', type = 'A', queryClass = 'IN'] = question.split(' ');
  const options = ecs === undefined ? [] : [clientSubnet(ecs)];
  return encode({
    type: 'query',
    id: 0x1234,
    questions: [{ name, type: typeForEncoder(type), class: queryClass as RecordClass }],
    additionals: edns === undefined && ecs === undefined ? [] : [opt({ options, ...edns })],
  });
}

/** The question of a message as it stands in it, letter for letter. */
export function questionIn(packet: Uint8Array): string {
  const [question] = decode(Buffer.from(packet)).questions ?? [];
  return `${question?.name} ${question?.type}`;
}

function typeForEncoder(type: string): RecordType {
  return (type === 'ANY' ? type : `UNKNOWN_${typeFromText(type)}`) as RecordType;
}

function clientSubnet(text: string): OptAnswer['options'][number] {
  const [ip = '', length] = text.split('/');
  return { code: 8, family: ip.includes(':') ? 2 : 1, sourcePrefixLength: Number(length), ip };
}
