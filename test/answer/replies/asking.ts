/**
 * Everything that a client or the world can vary of one query, each by itself: for the law of what replies depend on.
 * The types see to it that all is there: a new field of Query, Exchange or Facts is no test until it says how it varies.
 */
import { encode, type OptAnswer, type RecordClass, type RecordType } from 'dns-packet';
import fc from 'fast-check';
import { ServerCookies } from '../../../runtime/answer/limits/server-cookies.ts';
import { typeFromText } from '../../../runtime/wire/iana/rrtype.ts';
import type { Transport } from '../../../runtime/wire/transport.ts';
import { opt } from '../../support/queries.ts';

/** One query, with what surrounds it. */
export interface Asking {
  readonly id: number;
  /** The header's second word: opcode, RD, AD, CD. */
  readonly flags: number;
  readonly label: string;
  readonly isUpperCase: boolean;
  readonly type: string;
  readonly class: string;
  /** 0: without EDNS. */
  readonly udpSize: number;
  readonly ednsVersion: number;
  readonly dnssecOk: boolean;
  readonly compactOk: boolean;
  readonly asksNsid: boolean;
  readonly keepalive: boolean;
  readonly padding: boolean;
  /** `198.51.100.0/24`, or none. */
  readonly ecs: string;
  readonly cookie: 'none' | 'client' | 'ours';
  readonly isSigned: boolean;
  readonly transport: Transport;
  readonly from: string;
  /** What chance comes to, what the clock shows in milliseconds since 1970, and performance.now(). */
  readonly chance: number;
  readonly now: number;
  readonly arrivedAt: number;
}

const RD = 0x0100;
const LABELS = [
  'static',
  'mail',
  'X.Wild',
  'pool',
  'weighted',
  'near',
  'alias',
  'x.moved',
  'forty',
  'chosen',
];

/** What each may be. */
const VALUES: { readonly [K in keyof Asking]: fc.Arbitrary<Asking[K]> } = {
  id: fc.nat(0xffff),
  flags: fc.constantFrom(0, RD, 0x0010, 0x0020, RD | 0x0010, RD | 0x0020, 0x0800, 0x1000),
  label: fc.constantFrom(...LABELS),
  isUpperCase: fc.boolean(),
  type: fc.constantFrom('A', 'A', 'A', 'MX', 'TXT', 'ANY'),
  class: fc.constantFrom('IN', 'IN', 'IN', 'ANY', 'CH'),
  udpSize: fc.constantFrom(0, 512, 700, 1232, 4096),
  ednsVersion: fc.nat(1),
  dnssecOk: fc.boolean(),
  compactOk: fc.boolean(),
  asksNsid: fc.boolean(),
  keepalive: fc.boolean(),
  padding: fc.boolean(),
  ecs: fc.constantFrom(
    '',
    '198.51.100.0/24',
    '198.51.0.0/16',
    '203.0.113.0/24',
    '2001:db8:a::/48',
    '0.0.0.0/0',
  ),
  cookie: fc.constantFrom('none', 'client', 'ours'),
  isSigned: fc.boolean(),
  transport: fc.constantFrom('udp', 'tcp', 'tls', 'https'),
  from: fc.constantFrom('198.51.100.1', '192.0.2.1', '192.0.2.200', '203.0.113.9', '2001:db8:a::1', '::1'),
  chance: fc.constantFrom(0, 0.3, 0.6, 0.99),
  now: fc.constantFrom(1, 5 * 3_600_000, 30 * 3_600_000),
  arrivedAt: fc.constantFrom(1000, 2000, 3000),
};

/** As most clients ask. */
export const USUAL: Asking = {
  id: 1,
  flags: RD,
  label: 'pool',
  isUpperCase: false,
  type: 'A',
  class: 'IN',
  udpSize: 1232,
  ednsVersion: 0,
  dnssecOk: false,
  compactOk: false,
  asksNsid: false,
  keepalive: false,
  padding: false,
  ecs: '',
  cookie: 'none',
  isSigned: false,
  transport: 'udp',
  from: '198.51.100.1',
  chance: 0.3,
  now: 1,
  arrivedAt: 1000,
};

export type Input = keyof Asking;
export const INPUTS = Object.keys(USUAL) as Input[];

/** Of a query that is as unusual as can be in all, nothing is made. */
const MOST_UNUSUAL = 5;

/** A query of which some of these are as they may be, and all else as usual; and another that differs in one of them. */
export function pairs(inputs: readonly Input[] = INPUTS): fc.Arbitrary<readonly [Asking, Asking]> {
  const some = fc
    .subarray([...inputs], { maxLength: Math.min(MOST_UNUSUAL, inputs.length) })
    .chain((unusual) => fc.record(Object.fromEntries(unusual.map((input) => [input, VALUES[input]]))));
  const change = fc
    .constantFrom(...inputs)
    .chain((input) => (VALUES[input] as fc.Arbitrary<unknown>).map((value) => ({ [input]: value })));
  return fc.tuple(some, change).map(([usual, other]) => {
    const first = { ...USUAL, ...usual };
    return [first, { ...first, ...other }];
  });
}

/** As it comes in a packet. */
export function packetOf(asking: Asking): Uint8Array {
  const { id, label, isUpperCase, type, flags, udpSize } = asking;
  const name = `${label}.example.com`;
  const packet = encode({
    type: 'query',
    id,
    questions: [
      {
        name: isUpperCase ? name.toUpperCase() : name,
        type: (type === 'ANY' ? type : `UNKNOWN_${typeFromText(type)}`) as RecordType,
        class: asking.class as RecordClass,
      },
    ],
    additionals: [
      ...(udpSize === 0 ? [] : [optOf(asking)]),
      ...(asking.isSigned
        ? [{ type: 'UNKNOWN_250' as 'NULL', name: 'key', class: 'ANY' as const, ttl: 0, data: TSIG }]
        : []),
    ],
  });
  packet.writeUInt16BE(flags, 2);
  return packet;
}

/** Enough of it to be found: nobody checks it here. */
const TSIG = Buffer.alloc(40);

function optOf({ udpSize, ednsVersion, dnssecOk, compactOk, ...others }: Asking): OptAnswer {
  const { asksNsid, keepalive, padding, ...rest } = others;
  const { ecs, cookie, from } = rest;
  const [ip = '', length] = ecs.split('/');
  const options: OptAnswer['options'] = [
    ...(ecs === ''
      ? []
      : [{ code: 8, ip, family: ip.includes(':') ? 2 : 1, sourcePrefixLength: Number(length) }]),
    ...(asksNsid ? [{ code: 3, data: Buffer.alloc(0) }] : []),
    ...(keepalive ? [{ code: 11, data: Buffer.alloc(0) }] : []),
    ...(padding ? [{ code: 12, data: Buffer.alloc(4) }] : []),
    ...(cookie === 'none' ? [] : [{ code: 10, data: cookieOf(cookie, from) }]),
  ] as OptAnswer['options'];
  const flags = (dnssecOk ? 0x8000 : 0) | (compactOk ? 0x4000 : 0);
  return opt({ udpPayloadSize: udpSize, ednsVersion, flags, options });
}

/** Cookies that do not know the time: those given out stay good. */
export function cookies(): ServerCookies {
  const made = new ServerCookies(() => 1_000_000);
  made.use({ secrets: ['00112233445566778899aabbccddeeff'], isRequired: false });
  return made;
}

const CLIENT_COOKIE = Buffer.from('0102030405060708', 'hex');

function cookieOf(kind: 'client' | 'ours', from: string): Buffer {
  if (kind === 'client') return CLIENT_COOKIE;
  const ours = cookies();
  ours.read(CLIENT_COOKIE, 0, CLIENT_COOKIE.length, from);
  return Buffer.from(ours.reply);
}
