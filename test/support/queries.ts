/** Query packets, made by a codec that is not ours. */
import { encode, type OptAnswer, RECURSION_DESIRED } from 'dns-packet';
import { parseQuery, Query } from '../../runtime/wire/query.ts';

/** OPT as dns-packet wants it: every field. */
export function opt(fields: Partial<OptAnswer> = {}): OptAnswer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: 1232,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
    ...fields,
  };
}

/** A query for an A record, with EDNS if there is an OPT. */
export function queryPacket(name: string, edns?: OptAnswer): Uint8Array {
  return encode({
    type: 'query',
    id: 0x1234,
    flags: RECURSION_DESIRED,
    questions: [{ type: 'A', name }],
    additionals: edns === undefined ? [] : [edns],
  });
}

/** A packet and what parseQuery makes of it. */
export function parsed(packet: Uint8Array): { packet: Uint8Array; query: Query } {
  const query = new Query();
  parseQuery(packet, query);
  return { packet, query };
}
