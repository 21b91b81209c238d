/** Servers on loopback that stand in for those of a zone, of its parent, and for whom the parent wants told. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { type Answer, decode, encode, type Packet, streamDecode, streamEncode } from 'dns-packet';
import { fail, ok, type Result } from '../../../../runtime/base/result.ts';
import type { NameFinder } from '../../../../runtime/dnssec/rolls/outside/name-finder.ts';
import { typeToText } from '../../../../runtime/wire/iana/rrtype.ts';
import { nameToText } from '../../../../runtime/wire/name.ts';
import { atEnd } from '../../../support/at-end.ts';
import { name } from '../../../support/wire.ts';

export interface Reply {
  readonly answers?: Answer[];
  readonly rcode?: number;
  /** The default is true. */
  readonly authoritative?: boolean;
  /** Over UDP the reply is cut short. */
  readonly truncated?: boolean;
}

const [AA, TC] = [0x0400, 0x0200];

/** Answers over UDP and TCP. */
export async function standIn(
  t: TestContext,
  address: string,
  port: number,
  answer: (type: string, query: Packet) => Reply,
): Promise<void> {
  const socket = createSocket('udp4').bind(port, address);
  socket.on('message', (packet, peer) => {
    const query = decode(packet);
    const reply = answer(query.questions?.[0]?.type ?? '', query);
    const sent = reply.truncated === true ? { ...reply, answers: [] } : reply;
    socket.send(encode(packetOf(query, sent, reply.truncated === true ? TC : 0)), peer.port, peer.address);
  });
  const sockets = new Set<Socket>();
  const server = createServer((stream) => {
    sockets.add(stream.on('error', () => {}));
    stream.on('data', (octets: Buffer) => {
      const query = streamDecode(octets);
      const reply = answer(query.questions?.[0]?.type ?? '', query);
      stream.write(streamEncode(packetOf(query, reply, 0)));
    });
  }).listen(port, address);
  await Promise.all([once(socket, 'listening'), once(server, 'listening')]);
  atEnd(t, () => {
    socket.close();
    for (const stream of sockets) stream.destroy();
    server.close();
  });
}

function packetOf(
  query: Packet,
  { answers = [], rcode = 0, authoritative = true }: Reply,
  flags: number,
): Packet {
  const all = flags | rcode | (authoritative ? AA : 0);
  return { type: 'response', id: query.id ?? 0, flags: all, questions: query.questions ?? [], answers };
}

/** A resolver that knows what it is told: `NS zone.test` → names, `A ns1.zone.test` → addresses, and so on. */
export function finderOf(known: Readonly<Record<string, readonly (string | Uint8Array)[]>>): NameFinder {
  const lookUp = (type: string, owner: Uint8Array): Result<readonly (string | Uint8Array)[]> => {
    const key = `${type} ${nameToText(owner).slice(0, -1)}`;
    return key in known ? ok(known[key] ?? []) : fail(`No resolver finds ${key}`);
  };
  const texts = (found: Result<readonly (string | Uint8Array)[]>): Result<readonly string[]> =>
    found.ok ? ok(found.value.map(String)) : found;
  return {
    async zoneOf(owner) {
      const found = texts(lookUp('SOA', owner));
      return found.ok ? ok(name(found.value[0] ?? '.')) : found;
    },
    async nameServersOf(zone) {
      const found = texts(lookUp('NS', zone));
      return found.ok ? ok(found.value.map((each) => name(each))) : found;
    },
    addressesOf: async (owner) => texts(lookUp('A', owner)),
    async rdatasOf(owner, type) {
      const found = lookUp(typeToText(type), owner);
      return found.ok ? ok(found.value.filter((each) => typeof each !== 'string')) : ok([]);
    },
  };
}
