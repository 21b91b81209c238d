/**
 * A small internet on loopback: a resolver, a server of the zone "example", and two of "shop.example", each at an
 * address of its own and all at one port. What is wrong with it is for a test to say.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import {
  type Answer,
  decode,
  encode,
  type Packet,
  type Question,
  streamDecode,
  streamEncode,
} from 'dns-packet';
import { atEnd } from '../support/at-end.ts';
import { freePort } from '../support/ports.ts';

export const RESOLVER = '127.0.53.53';
export const PARENT = '127.0.53.1';
export const NS1 = '127.0.53.2';
export const NS2 = '127.0.53.3';

/** What is not as it should be. */
export interface Flaws {
  /** NS records at the parent; none: the zone is not delegated. */
  readonly delegated?: readonly string[];
  /** Addresses in the parent's additional section. */
  readonly glue?: Readonly<Record<string, string>>;
  readonly ds?: boolean;
  /** The resolver answers nothing. */
  readonly offline?: boolean;
  /** Of both name servers. */
  readonly both?: Partial<Behaviour>;
  /** Of the second name server. */
  readonly second?: Partial<Behaviour>;
}

interface Behaviour {
  readonly udp: boolean;
  readonly tcp: boolean;
  readonly lame: boolean;
  readonly edns: 'answered' | 'ignored' | 'dropped';
  readonly recursion: boolean;
  readonly serial: number;
  /** Its NS records. */
  readonly ns: readonly string[];
}

const SOUND: Behaviour = {
  udp: true,
  tcp: true,
  lame: false,
  edns: 'answered',
  recursion: false,
  serial: 1,
  ns: ['ns1.shop.example', 'ns2.shop.example'],
};

const ADDRESSES: Readonly<Record<string, string>> = {
  'ns1.shop.example': NS1,
  'ns2.shop.example': NS2,
  'ns.parent.test': PARENT,
  'ns2.other.test': NS2,
};

/** Starts it; it ends with the test. The port is that of all servers. */
export async function startInternet(t: TestContext, flaws: Flaws = {}): Promise<number> {
  const port = await freePort();
  const { delegated = SOUND.ns, glue = ADDRESSES, ds = false, offline = false } = flaws;
  const first = { ...SOUND, ...flaws.both };
  const second = { ...first, ...flaws.second };
  await Promise.all([
    offline ? undefined : serve(t, RESOLVER, port, SOUND, resolverAnswer),
    serve(t, PARENT, port, SOUND, (question) => parentAnswer(question, delegated, glue, ds)),
    serve(t, NS1, port, first, (question) => childAnswer(question, first)),
    serve(t, NS2, port, second, (question) => childAnswer(question, second)),
  ]);
  return port;
}

/** Sections and flags of a reply, or the response code of one without. */
interface Sections {
  readonly rcode?: number;
  readonly authoritative?: boolean;
  readonly answers?: Answer[];
  readonly authorities?: Answer[];
  readonly additionals?: Answer[];
}

function resolverAnswer({ name, type }: Question): Sections {
  if (name === 'example' && type === 'SOA') return { answers: [soa('example', 1)] };
  if (name === 'example' && type === 'NS') return { answers: [ns('example', 'ns.parent.test')] };
  const address = ADDRESSES[name];
  return { answers: type === 'A' && address !== undefined ? [a(name, address)] : [] };
}

function parentAnswer(
  { type }: Question,
  delegated: readonly string[],
  glue: Readonly<Record<string, string>>,
  ds: boolean,
): Sections {
  if (type === 'DS') {
    const data = { keyTag: 1, algorithm: 13, digestType: 2, digest: Buffer.alloc(32) };
    return { authoritative: true, answers: ds ? [{ type: 'DS', name: 'shop.example', ttl: 60, data }] : [] };
  }
  if (delegated.length === 0) return { rcode: 3, authoritative: true, authorities: [soa('example', 1)] };
  return {
    authorities: delegated.map((server) => ns('shop.example', server)),
    additionals: delegated.flatMap((server) => {
      const address = glue[server];
      return address !== undefined && server.endsWith('.shop.example') ? [a(server, address)] : [];
    }),
  };
}

function childAnswer({ name, type }: Question, { lame, serial, ns: servers }: Behaviour): Sections {
  if (lame) return { rcode: 5 };
  if (type === 'SOA') return { authoritative: true, answers: [soa('shop.example', serial)] };
  if (type === 'NS')
    return { authoritative: true, answers: servers.map((server) => ns('shop.example', server)) };
  const address = ADDRESSES[name];
  return { authoritative: true, answers: type === 'A' && address !== undefined ? [a(name, address)] : [] };
}

const ns = (name: string, data: string): Answer => ({ type: 'NS', name, ttl: 60, data });
const a = (name: string, data: string): Answer => ({ type: 'A', name, ttl: 60, data });

function soa(name: string, serial: number): Answer {
  const times = { refresh: 60, retry: 60, expire: 60, minimum: 60 };
  return {
    type: 'SOA',
    name,
    ttl: 60,
    data: { mname: `ns1.${name}`, rname: `hostmaster.${name}`, serial, ...times },
  };
}

async function serve(
  t: TestContext,
  address: string,
  port: number,
  behaviour: Behaviour,
  answer: (question: Question) => Sections,
): Promise<void> {
  const { udp, tcp } = behaviour;
  if (udp) {
    const socket = createSocket('udp4').bind(port, address);
    socket.on('message', (packet, peer) => {
      const reply = replyTo(decode(packet), behaviour, answer);
      if (reply !== undefined) socket.send(encode(reply), peer.port, peer.address);
    });
    await once(socket, 'listening');
    atEnd(t, () => socket.close());
  }
  if (!tcp) return;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    socket.on('data', (packet: Buffer) => {
      const reply = replyTo(streamDecode(packet), behaviour, answer);
      if (reply !== undefined) socket.write(streamEncode(reply));
    });
  }).listen(port, address);
  await once(server, 'listening');
  atEnd(t, () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
}

const [AA, RA] = [0x0400, 0x0080];

function replyTo(query: Packet, { edns, recursion }: Behaviour, answer: (question: Question) => Sections) {
  const [question] = query.questions ?? [];
  const hasOpt = query.additionals?.some(({ type }) => type === 'OPT') === true;
  if (question === undefined || (hasOpt && edns === 'dropped')) return undefined;
  const {
    rcode = 0,
    authoritative = false,
    answers = [],
    authorities = [],
    additionals = [],
  } = answer(question);
  const opt: Answer = {
    type: 'OPT',
    name: '.',
    udpPayloadSize: 1232,
    flags: 0,
    options: [],
    extendedRcode: 0,
    ednsVersion: 0,
    flag_do: false,
  };
  return {
    type: 'response' as const,
    id: query.id ?? 0,
    flags: rcode | (authoritative ? AA : 0) | (recursion ? RA : 0),
    questions: [question],
    answers,
    authorities,
    additionals: [...additionals, ...(hasOpt && edns === 'answered' ? [opt] : [])],
  };
}
