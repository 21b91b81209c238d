/** Messages as clients, resolvers, secondaries and scanners send them: what the fuzzer begins with. */
import { Signer } from '../../../runtime/tsig/signature.ts';
import { OPCODE } from '../../../runtime/wire/iana/opcode.ts';
import { RICH_RECORDS } from '../../interop/rich-zone.ts';
import { type Asked, ecs, type Opt, option, packet } from '../../support/packet.ts';
import { hex, name, rdata } from '../../support/wire.ts';
import { KEY, OTHER_KEY } from '../../transfer/keys.ts';
import { POLICY_HOSTS, richCookies } from './rich-server.ts';

const LONG_LABEL = 'x'.repeat(63);
const LONG_NAME = `${LONG_LABEL}.${LONG_LABEL}.${LONG_LABEL}.${'x'.repeat(48)}.rich.example.`;

const STATIC_OWNERS = [...new Set(RICH_RECORDS.match(/^[\w*@][^\s]*/gm))].filter((owner) => owner !== '$TTL');
/** Names that are there, that wildcards stand in for, below cuts and redirections, not there, elsewhere. */
const NAMES = [
  ...[...STATIC_OWNERS, ...POLICY_HOSTS].map((owner) => (owner === '@' ? '' : `${owner}.`)),
  'any.wild.',
  'a.b.hosts.',
  'host.sub.',
  'www.old.',
  'any.wide.old.',
  'a.abroad.',
  `${LONG_LABEL}.distant.`,
  'one.tenant.',
  'missing.',
  'under.void.',
  'WwW.',
].map((owner) => `${owner}rich.example.`);
const ELSEWHERE = [
  '.',
  'www.broken.example.',
  'example.',
  'www.example.com.',
  'RICH.EXAMPLE.',
  'id.server.',
  'version.bind.',
  LONG_NAME,
];
const TYPES = ['A', 'AAAA', 'MX', 'TXT', 'NS', 'SOA', 'CNAME', 'ANY', 'HTTPS', 'DS', 'TYPE65280'];
const META = ['AXFR', 'IXFR', 'TYPE41', 'TYPE249', 'TYPE250', 'TYPE253', 'TYPE254', 'RRSIG'];

const COOKIE = 'a1a2a3a4a5a6a7a8';
const OPTS: readonly (Opt | readonly Opt[])[] = [
  {},
  { udpSize: 512 },
  { udpSize: 0 },
  { udpSize: 4096, flags: 0x8000 },
  { version: 1 },
  { options: ecs(1, 24, 0, 'c00002') },
  { options: ecs(1, 32, 0, 'c6336401') },
  { options: ecs(2, 56, 0, '20010db8004900') },
  { options: ecs(1, 0, 0, '') },
  { options: ecs(1, 20, 0, 'c00002') },
  { options: option(10, COOKIE) },
  { options: option(10, `${COOKIE}010000005cf79f111f8130c3eee29480`) },
  { options: option(10, ourCookie()) },
  { options: option(10, 'a1a2') },
  { options: option(3, '') },
  { options: option(11, '') },
  { options: option(12, '00'.repeat(40)) },
  { options: option(9, '') + option(5, '0d0e') + option(65001, 'abcd') },
  {
    udpSize: 1400,
    options: ecs(1, 24, 0, 'c00002') + option(10, COOKIE) + option(3, '') + option(11, '') + option(12, ''),
  },
  [{}, {}],
];

/** All of them. */
export function seeds(): Buffer[] {
  const questions = [
    ...NAMES.flatMap((owner, index) => [`${owner} ${TYPES[index % TYPES.length]}`, `${owner} A`]),
    ...ELSEWHERE.flatMap((owner) => [`${owner} A`, `${owner} TXT CH`, `${owner} SOA ANY`]),
    ...META.map((type) => `rich.example. ${type}`),
  ];
  const asked: Asked[] = [
    ...questions.map((question) => ({ question, flags: 0x0100 })),
    ...questions.flatMap((question, index) => [
      { question, opt: OPTS[index % OPTS.length] ?? {} },
      { question, opt: OPTS[(7 * index + 3) % OPTS.length] ?? {}, flags: 0x0130 },
    ]),
    { opt: { options: option(10, COOKIE) } },
    { opt: {} },
    {},
    { question: ['www.rich.example. A', 'www.rich.example. AAAA'] },
    { question: 'www.rich.example. A', questions: 0 },
    ...[OPCODE.IQUERY, OPCODE.STATUS, OPCODE.DSO, 3, 15].map((opcode) => ({
      question: 'rich.example. SOA',
      flags: opcode << 11,
    })),
    ...['rich.example. SOA', 'secondary.example. SOA'].flatMap((question) => [
      { question, flags: OPCODE.NOTIFY << 11 },
      { question, flags: (OPCODE.NOTIFY << 11) | 0x0400, opt: {} },
    ]),
  ];
  const plain = [...asked.map((one, id) => packet({ id, ...one })), ...withRecords()];
  const responses = plain.slice(0, 20).map((query) => {
    const response = Buffer.from(query);
    response[2] = (response[2] ?? 0) | 0x80;
    return response;
  });
  return [...plain, ...responses, ...signed(plain)];
}

/** What the server in process has given to one of its clients. */
function ourCookie(): string {
  const cookies = richCookies();
  cookies.read(hex(COOKIE), 0, 8, '192.0.2.53');
  return Buffer.from(cookies.reply).toString('hex');
}

/** IXFR and NOTIFY with the SOA that they bring, and an UPDATE (RFC 1995 §3, RFC 1996 §3.7, RFC 2136). */
function withRecords(): Buffer[] {
  const soa = recordOctets('rich.example.', 6, rdata('SOA', 'ns1 hostmaster 1 7200 900 1209600 60'));
  const address = recordOctets('new.rich.example.', 1, hex('c0000201'));
  const ixfr = packet({ id: 1, question: 'rich.example. IXFR', trailing: soa });
  ixfr.writeUInt16BE(1, 8);
  const notify = packet({
    id: 2,
    question: 'secondary.example. SOA',
    flags: OPCODE.NOTIFY << 11,
    trailing: soa,
  });
  notify.writeUInt16BE(1, 6);
  const update = packet({
    id: 3,
    question: 'rich.example. SOA',
    flags: OPCODE.UPDATE << 11,
    trailing: address,
  });
  update.writeUInt16BE(1, 8);
  return [ixfr, notify, update];
}

function recordOctets(owner: string, type: number, data: Uint8Array): string {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([name(owner), fixed, data]).toString('hex');
}

/** By a key of ours, by another, and by one nobody has, whose name is as long as names are. */
function signed(plain: readonly Buffer[]): Buffer[] {
  const keys = [KEY, OTHER_KEY, { ...KEY, name: name(LONG_NAME) }];
  const long = packet({ question: `${LONG_NAME} A` });
  return [long, long, long, ...plain]
    .filter((_, index) => index < 3 || index % 5 === 0)
    .map((query, index) => Buffer.from(new Signer(keys[index % 3] ?? KEY, undefined).sign(query).signed));
}
