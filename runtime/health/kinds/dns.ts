/** `dns`: a question to a name server, whose response code and data have to be the right ones. */
import { type DataReader, type Fields, isWhole } from '../../base/data-reader.ts';
import { keyPath } from '../../base/key-path.ts';
import { fail, type Result } from '../../base/result.ts';
import { RCODE, rcodeToText } from '../../wire/iana/rcode.ts';
import { isDataType, RRTYPE, typeFromText, typeToText } from '../../wire/iana/rrtype.ts';
import { absoluteNameFromText, canonicalName, nameToText, ROOT } from '../../wire/name.ts';
import { rdataFromText } from '../../wire/rdata/registry.ts';
import { txtRdata } from '../../wire/rdata/txt.ts';
import { splitFields } from '../../wire/text-field.ts';
import { comparedText, createDnsProber, type DnsTarget } from './dns-probe.ts';
import { aimsAt, type CheckKind, readPort } from './kind.ts';

const DEFAULT_PORT = 53;
/** Values that one check looks for. */
const MOST_VALUES = 16;

export const DNS: CheckKind<DnsTarget> = {
  type: 'dns',
  fields: ['port', 'address', 'name', 'record', 'rcode', 'expect', 'transport'],
  read(check, path, reader) {
    const port = readPort(check, path, reader, DEFAULT_PORT);
    const name = readName(check.name, keyPath(path, 'name'), reader);
    const record = readType(check.record, keyPath(path, 'record'), reader);
    const rcodes = readRcodes(check.rcode, keyPath(path, 'rcode'), reader);
    const expect = record === undefined ? [] : readValues(check, path, record, reader);
    const transport = readTransport(check.transport, keyPath(path, 'transport'), reader);
    const isWhole =
      port !== undefined &&
      name !== undefined &&
      record !== undefined &&
      rcodes !== undefined &&
      transport !== undefined;
    if (!isWhole) return undefined;
    const asked = { port, name, record, rcodes, expect, transport };
    return aimsAt<DnsTarget>(check, path, reader, (address) => ({ type: 'dns', address, ...asked }));
  },
  identity: ({ name, record, rcodes, expect, transport }) =>
    ` ${name} ${typeToText(record)} over=${transport} rcode=${rcodes.map(rcodeToText).join()}${expect.length === 0 ? '' : ` ${JSON.stringify(expect)}`}`,
  label: ({ name, record }) => ` ${name} ${typeToText(record)}`,
  createProber: createDnsProber,
};

function readName(value: unknown, path: string, reader: DataReader): string | undefined {
  if (typeof value !== 'string' || value === '@')
    return reader.refuse(path, 'Must be the name to ask for, such as "www.example.com"');
  const name = absoluteNameFromText(value, ROOT);
  return name.ok ? nameToText(canonicalName(name.value)) : reader.refuse(path, name.problem);
}

function readType(value: unknown, path: string, reader: DataReader): number | undefined {
  const type = value === undefined ? RRTYPE.A : typeof value === 'string' ? typeFromText(value) : undefined;
  return type !== undefined && isDataType(type)
    ? type
    : reader.refuse(path, 'Must be a record type, such as "A" or "SOA"');
}

function readRcodes(value: unknown, path: string, reader: DataReader): readonly number[] | undefined {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value ?? 'NOERROR'];
  const codes = texts.map((text) => (typeof text === 'string' ? RCODES.get(text) : undefined));
  if (codes.length > 0 && codes.length <= RCODES.size && codes.every((code) => code !== undefined))
    return [...new Set(codes)].sort((a, b) => a - b);
  return reader.refuse(path, 'Must be a response code, or an array of them, such as "NOERROR" or "NXDOMAIN"');
}

const RCODES: ReadonlyMap<string, number> = new Map(Object.entries(RCODE));

/** Values in the one form in which they are compared. */
function readValues(check: Fields, path: string, type: number, reader: DataReader): readonly string[] {
  const at = keyPath(path, 'expect');
  if (check.expect === undefined) return [];
  const texts: readonly unknown[] = Array.isArray(check.expect) ? check.expect : [check.expect];
  if (!isWhole(texts.length, 1, MOST_VALUES)) {
    reader.refuse(at, `Must be 1 to ${MOST_VALUES} values of the record`);
    return [];
  }
  const values = new Set<string>();
  for (const text of texts) {
    const rdata = typeof text === 'string' ? rdataOf(type, text) : fail('Must be a text');
    if (rdata.ok) values.add(comparedText(type, rdata.value));
    else reader.refuse(at, rdata.problem);
  }
  return [...values].sort();
}

/** TXT takes the text as it is, as in records of a policy. */
function rdataOf(type: number, text: string): Result<Uint8Array> {
  if (type === RRTYPE.TXT) return txtRdata([text]);
  const fields = splitFields(text);
  return fields.ok ? rdataFromText(type, fields.value, (name) => absoluteNameFromText(name, ROOT)) : fields;
}

function readTransport(value: unknown, path: string, reader: DataReader): 'udp' | 'tcp' | undefined {
  if (value === undefined || value === 'udp') return 'udp';
  return value === 'tcp' ? 'tcp' : reader.refuse(path, 'Must be "udp" or "tcp"');
}
