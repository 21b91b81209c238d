/**
 * Replies as lines of text, so that a rule can say what it demands as a zone file would:
 *
 *     NOERROR qr aa rd
 *     answer www.rich.example. 300 IN A 192.0.2.1
 *     edns udp 1232, subnet 192.0.2.0/24/0
 */
import { addressToText } from '../../runtime/base/net/ip.ts';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { CLASS } from '../../runtime/wire/iana/class.ts';
import { EDNS_OPTION } from '../../runtime/wire/iana/edns-option.ts';
import { opcodeToText } from '../../runtime/wire/iana/opcode.ts';
import { rcodeToText } from '../../runtime/wire/iana/rcode.ts';
import type { ClassedRecord, Edns, Message } from '../../runtime/wire/message.ts';
import type { ClientSubnetReply } from '../../runtime/wire/opt.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { must } from './wire.ts';

/** All a reply says but its id and question. */
export function replyToText(packet: Uint8Array): string[] {
  const message = must(decodeMessage(packet));
  const section = (title: string, records: readonly ClassedRecord[]) =>
    records.map((record) => `${title} ${inItsClass(recordToText(record), record)}`);
  return [
    headerToText(message),
    ...section('answer', message.answers),
    ...section('authority', message.authorities),
    ...section('additional', message.additionals),
    ...(message.edns === undefined ? [] : [ednsToText(message.edns)]),
  ];
}

function inItsClass(text: string, record: ClassedRecord): string {
  return record.class === CLASS.CH ? text.replace(' IN ', ' CH ') : text;
}

function headerToText(message: Message): string {
  const { opcode, rcode } = message;
  const words = [
    rcodeToText(rcode),
    opcode !== 0 && opcodeToText(opcode),
    message.isResponse && 'qr',
    message.authoritative && 'aa',
    message.truncated && 'tc',
    message.recursionDesired && 'rd',
    message.recursionAvailable && 'ra',
    message.authenticData && 'ad',
    message.checkingDisabled && 'cd',
  ];
  return words.filter(Boolean).join(' ');
}

function ednsToText({ version, udpSize, dnssecOk, clientSubnet, extendedErrors, options }: Edns): string {
  const parts = [
    version !== 0 && `version ${version}`,
    `udp ${udpSize}`,
    dnssecOk && 'do',
    clientSubnet && subnetToText(clientSubnet),
    ...extendedErrors.map(({ code, text }) => `error ${code}${text ? ` "${text}"` : ''}`),
    ...options.filter(({ code }) => code !== 8 && code !== 15).map(optionToText),
  ];
  return `edns ${parts.filter(Boolean).join(', ')}`;
}

function optionToText({ code, data }: Edns['options'][number]): string {
  return code === EDNS_OPTION.NSID ? `nsid "${Buffer.from(data).toString()}"` : `option ${code}`;
}

function subnetToText({ family, source, scope, address }: ClientSubnetReply): string {
  const bytes = new Uint8Array(family === 2 ? 16 : 4);
  bytes.set(address);
  const text = family === 0 ? 'nobody' : addressToText({ family: family === 2 ? 6 : 4, bytes });
  return `subnet ${text}/${source}/${scope}`;
}
