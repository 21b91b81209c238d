/** To where RDATA leads: the names and the addresses in it, of all types that have fields for them. */
import { ByteReader } from '../../base/bytes.ts';
import { isAddressType, RECORD_TYPE_ROWS, RRTYPE } from '../iana/rrtype.ts';
import { SVC_PARAM } from '../iana/svc-param.ts';
import type { WireName } from '../name.ts';
import type { Field } from './field.ts';
import { FORMATS } from './formats.ts';
import { readName } from './name-fields.ts';

export interface RdataReferences {
  readonly names: readonly WireName[];
  /** Of 4 or 16 octets. */
  readonly addresses: readonly Uint8Array[];
}

/**
 * Reads what RDATA of a type refers to; it may share memory with the RDATA. SOA, signatures and proofs refer to their
 * own zone. A text that has a name in it (TXT, URI, NAPTR's regular expression) is a text, and the data of a type without fields
 * (RFC 3597 §5) is opaque: neither refers to anything.
 */
export function rdataReferences(type: number, rdata: Uint8Array): RdataReferences {
  if (isAddressType(type)) return { names: [], addresses: [rdata] };
  const found: Found = { names: [], addresses: [] };
  const format = OF_ITS_ZONE.has(type) ? undefined : FORMATS.get(type);
  const written = RECORD_TYPE_ROWS.get(type)?.fields ?? [];
  const reader = new ByteReader(rdata);
  for (const [index, field] of (format ?? []).entries()) {
    const [codec = ''] = written[index]?.split(' ', 1) ?? [];
    (READERS[codec] ?? skip)(reader, found, field);
  }
  return found;
}

const OF_ITS_ZONE: ReadonlySet<number> = new Set([
  RRTYPE.SOA,
  RRTYPE.SIG,
  RRTYPE.RRSIG,
  RRTYPE.NSEC,
  RRTYPE.NXT,
]);

interface Found {
  readonly names: WireName[];
  readonly addresses: Uint8Array[];
}

type Reads = (reader: ByteReader, found: Found, field: Field) => void;

const name: Reads = (reader, { names }) => void names.push(readName(reader));

/** By codec; all others are passed over. */
const READERS: Readonly<Record<string, Reads>> = {
  compressibleName: name,
  foldedName: name,
  opaqueName: name,
  ipv4: (reader, { addresses }) => void addresses.push(reader.take(4)),
  ipv6: (reader, { addresses }) => void addresses.push(reader.take(16)),
  /** RFC 4025 §2.1. */
  ipsecGateway(reader, found) {
    const kind = reader.u8();
    reader.u8();
    gateway(kind, reader, found);
    reader.rest();
  },
  /** RFC 8777 §4.2. */
  relay: (reader, found) => gateway(reader.u8() & 0x7f, reader, found),
  /** RFC 8005 §5. */
  hostIdentity(reader, { names }) {
    const tag = reader.u8();
    reader.u8();
    const key = reader.u16();
    reader.take(tag + key);
    while (reader.remaining > 0) names.push(readName(reader));
  },
  /** RFC 9460 §2.2, §7.3. */
  serviceBinding(reader, { names, addresses }) {
    reader.u16();
    names.push(readName(reader));
    while (reader.remaining > 0) {
      const key = reader.u16();
      const value = reader.take(reader.u16());
      const octets = key === SVC_PARAM.ipv4hint ? 4 : key === SVC_PARAM.ipv6hint ? 16 : 0;
      const count = octets === 0 ? 0 : value.length / octets;
      for (let at = 0; at < count; at++) addresses.push(value.subarray(at * octets, (at + 1) * octets));
    }
  },
};

/** Printing a field is how its end is found. */
function skip(reader: ByteReader, _found: Found, field: Field): void {
  field.print(reader);
}

/** The kinds of RFC 4025 §2.3: none, IPv4, IPv6, a name. */
function gateway(kind: number, reader: ByteReader, { names, addresses }: Found): void {
  if (kind === 1) addresses.push(reader.take(4));
  else if (kind === 2) addresses.push(reader.take(16));
  else if (kind === 3) names.push(readName(reader));
}
