/**
 * Messages as lines of text, for tables: the response code and flags, then the records by section, then
 * what OPT says.
 *
 *     NOERROR aa
 *     www.example.com. 300 A 192.0.2.1
 *     authority example.com. 300 SOA …
 *     ecs 198.51.100.0/24 scope 24
 *     ede 0 policy failed: fallback served
 */
import { addressToText } from '../../runtime/base/net/ip.ts';
import { rcodeToText } from '../../runtime/wire/iana/rcode.ts';
import type { ClassedRecord, Message } from '../../runtime/wire/message.ts';
import type { ClientSubnetReply } from '../../runtime/wire/opt.ts';
import { recordToText } from '../../runtime/wire/record.ts';

/** A whole message. */
export function messageToText(message: Message): string[] {
  const { rcode, authoritative, truncated, answers, authorities, additionals, edns } = message;
  const flags = [authoritative && ' aa', truncated && ' tc'].filter(Boolean).join('');
  return [
    rcodeToText(rcode) + flags,
    ...answers.map(line),
    ...authorities.map((record) => `authority ${line(record)}`),
    ...additionals.map((record) => `additional ${line(record)}`),
    ...(edns?.clientSubnet ? [subnetToText(edns.clientSubnet)] : []),
    ...(edns?.extendedErrors.map(({ code, text }) => `ede ${code} ${text}`.trimEnd()) ?? []),
  ];
}

function line(record: ClassedRecord): string {
  return recordToText(record).replace(' IN ', ' ');
}

function subnetToText({ family, source, scope, address }: ClientSubnetReply): string {
  const bytes = new Uint8Array(family === 2 ? 16 : 4);
  bytes.set(address);
  return `ecs ${addressToText({ family: family === 2 ? 6 : 4, bytes })}/${source} scope ${scope}`;
}
