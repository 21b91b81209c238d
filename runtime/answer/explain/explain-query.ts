/** The query a client would send, for explain: what is asked, and for whom, as octets. */
import { assert } from '../../base/assert.ts';
import { ByteWriter } from '../../base/bytes.ts';
import type { Prefix } from '../../base/net/ip.ts';
import type { ExplainAsk } from '../../rpc/explanation.ts';
import { ECS_FAMILY } from '../../wire/client-subnet.ts';
import { CLASS } from '../../wire/iana/class.ts';
import { EDNS_OPTION } from '../../wire/iana/edns-option.ts';
import { RRTYPE, typeFromText } from '../../wire/iana/rrtype.ts';
import { nameFromText, type WireName } from '../../wire/name.ts';

/** A header, the longest question, and OPT with the longest client subnet. */
const CAPACITY = 512;

/** A query with EDNS; a client that is a network, not an address, is told of as its resolver would (RFC 7871 §6). */
export function queryPacket(
  { name, type, udpSize = CAPACITY }: Pick<ExplainAsk, 'name' | 'type' | 'udpSize'>,
  client: Prefix | undefined,
): Uint8Array {
  const wireName = nameFromText(name);
  const typeNumber = typeFromText(type);
  assert(wireName.ok && typeNumber !== undefined, 'the question was checked before');
  const writer = new ByteWriter(CAPACITY);
  writer.write(queryHead(wireName.value, typeNumber, udpSize));
  const options = client === undefined ? new Uint8Array(0) : clientSubnet(client);
  writer.u16(options.length);
  writer.write(options);
  return writer.toBytes();
}

/** A query with EDNS, up to the length of the data of OPT; `udpSize` in octets. */
export function queryHead(name: WireName, type: number, udpSize: number): Uint8Array {
  const writer = new ByteWriter(CAPACITY);
  for (const word of [0, 0, 1, 0, 0, 1]) writer.u16(word);
  writer.write(name);
  writer.u16(type);
  writer.u16(CLASS.IN);
  writer.u8(0);
  writer.u16(RRTYPE.OPT);
  writer.u16(udpSize);
  writer.u32(0);
  return writer.toBytes();
}

function clientSubnet({ address, length }: Prefix): Uint8Array {
  const octets = address.bytes.subarray(0, (length + 7) >> 3);
  const writer = new ByteWriter(CAPACITY);
  writer.u16(EDNS_OPTION.CLIENT_SUBNET);
  writer.u16(4 + octets.length);
  writer.u16(address.family === 4 ? ECS_FAMILY.IPV4 : ECS_FAMILY.IPV6);
  writer.u8(length);
  writer.u8(0);
  writer.write(octets);
  return writer.toBytes();
}
