/**
 * Resource record types: the row of a type has everything that is particular to the type.
 * https://www.iana.org/assignments/dns-parameters (Resource Record (RR) TYPEs), read 2026-11.
 *
 * A field is written as the word of its codec (rdata/codecs.ts) and its name in error messages. A type
 * without fields has only the generic form (RFC 3597 §5).
 */

import type { RecordType } from './record-type.ts';

const HOST = ['compressibleName host name'] as const;
const TEXTS = ['characterStrings text'] as const;
const KEY = ['u16 flags', 'u8 protocol', 'algorithm', 'base64 public key'] as const;
const DELEGATION_SIGNER = ['u16 key tag', 'algorithm', 'dsDigest'] as const;
const CERTIFICATE_ASSOCIATION = ['u8 certificate usage', 'u8 selector', 'tlsaDigest'] as const;
const SIGNATURE = [
  'rrtype type covered',
  'algorithm',
  'u8 labels',
  'time original TTL',
  'moment expiration',
  'moment inception',
  'u16 key tag',
  "foldedName signer's name",
  'base64 signature',
] as const;

export const RECORD_TYPES = {
  // RFC 1035 §3.3 and §3.4; MD to MR and MINFO are obsolete or experimental, but some servers compress them.
  A: { number: 1, fields: ['ipv4 address'], isCounted: true },
  NS: {
    number: 2,
    fields: HOST,
    policies: 'static only',
    target: { before: 0, isServer: true },
    isCounted: true,
  },
  MD: { number: 3, fields: HOST },
  MF: { number: 4, fields: HOST },
  // RFC 2181 §10.1: a name is an alias of one other name.
  CNAME: { number: 5, fields: HOST, isSingle: true, isBesideCname: true, isCounted: true },
  // RFC 1034 §4.2.1: a zone has one SOA.
  SOA: {
    number: 6,
    fields: [
      'compressibleName primary name server',
      'compressibleName contact',
      'u32 serial',
      'time refresh time',
      'time retry time',
      'time expire time',
      'time minimum',
    ],
    isSingle: true,
    policies: 'zone',
    isCounted: true,
  },
  MB: { number: 7, fields: HOST },
  MG: { number: 8, fields: HOST },
  MR: { number: 9, fields: HOST },
  NULL: { number: 10 },
  WKS: { number: 11, fields: ['ipv4 address', 'services'] },
  PTR: { number: 12, fields: HOST, isCounted: true },
  HINFO: { number: 13, fields: ['characterString CPU', 'characterString operating system'] },
  MINFO: {
    number: 14,
    fields: ['compressibleName responsible mailbox', 'compressibleName error mailbox'],
  },
  MX: {
    number: 15,
    fields: ['u16 preference', 'compressibleName exchange'],
    target: { before: 2 },
    isCounted: true,
  },
  TXT: { number: 16, fields: TEXTS, isCounted: true },
  // RFC 1183.
  RP: { number: 17, fields: ['foldedName mailbox', 'foldedName text name'] },
  AFSDB: { number: 18, fields: ['u16 subtype', 'foldedName host name'], target: { before: 2 } },
  X25: { number: 19, fields: ['characterString PSDN address'] },
  ISDN: { number: 20, fields: TEXTS },
  RT: { number: 21, fields: ['u16 preference', 'foldedName host name'] },
  // RFC 1706, RFC 1348.
  NSAP: { number: 22, fields: ['nsap'] },
  'NSAP-PTR': { number: 23, fields: ['opaqueName owner of the address'] },
  // RFC 2535.
  SIG: { number: 24, fields: SIGNATURE, isBesideCname: true, policies: 'server' },
  KEY: { number: 25, fields: KEY, isBesideCname: true, policies: 'server' },
  // RFC 2163.
  PX: { number: 26, fields: ['u16 preference', 'foldedName RFC 822 name', 'foldedName X.400 name'] },
  // RFC 1712.
  GPOS: {
    number: 27,
    fields: ['characterString longitude', 'characterString latitude', 'characterString altitude'],
  },
  // RFC 3596.
  AAAA: { number: 28, fields: ['ipv6 address'], isCounted: true },
  // RFC 1876.
  LOC: { number: 29, fields: ['location'] },
  NXT: { number: 30 },
  // Registered for Nimrod (1995).
  EID: { number: 31, fields: ['hexadecimal identifier'] },
  NIMLOC: { number: 32, fields: ['hexadecimal locator'] },
  // RFC 2782.
  SRV: {
    number: 33,
    fields: ['u16 priority', 'u16 weight', 'u16 port', 'foldedName target'],
    target: { before: 6 },
    isCounted: true,
  },
  // RFC 3403; §4.1: clients may query SRV records at the target.
  NAPTR: {
    number: 35,
    fields: [
      'u16 order',
      'u16 preference',
      'characterString flags',
      'characterString services',
      'characterString regular expression',
      'foldedName replacement',
    ],
    target: { before: 4, strings: 3, next: 33 },
  },
  // RFC 2230.
  KX: { number: 36, fields: ['u16 preference', 'foldedName exchanger'] },
  // RFC 4398.
  CERT: {
    number: 37,
    fields: ['certificateType type', 'u16 key tag', 'algorithm', 'base64 certificate'],
    isDigits: true,
  },
  A6: { number: 38 },
  // RFC 6672; §2.4: a name is an alias of one other name.
  DNAME: { number: 39, fields: ['foldedName target'], isSingle: true, policies: 'static only' },
  OPT: { number: 41, isPseudo: true },
  // RFC 3123.
  APL: { number: 42, fields: ['prefixes'] },
  // RFC 4034.
  DS: { number: 43, fields: DELEGATION_SIGNER, policies: 'static only', isCounted: true },
  // RFC 4255.
  SSHFP: { number: 44, fields: ['u8 algorithm', 'sshfpDigest'] },
  // RFC 4025. RFC 4034 §6.2 has no lower case for its name.
  IPSECKEY: { number: 45, fields: ['u8 precedence', 'ipsecGateway'] },
  RRSIG: { number: 46, fields: SIGNATURE, isBesideCname: true, policies: 'server' },
  NSEC: {
    number: 47,
    fields: ['opaqueName next name', 'someTypes type'],
    isBesideCname: true,
    policies: 'server',
  },
  DNSKEY: { number: 48, fields: KEY, policies: 'static only', isCounted: true },
  // RFC 4701.
  DHCID: { number: 49, fields: ['base64 identifier'], isDigits: true },
  // RFC 5155.
  NSEC3: {
    number: 50,
    fields: [
      'u8 hash algorithm',
      'u8 flags',
      'u16 iterations',
      'salt salt',
      'hash next hashed name',
      'anyTypes type',
    ],
    policies: 'server',
  },
  NSEC3PARAM: {
    number: 51,
    fields: ['u8 hash algorithm', 'u8 flags', 'u16 iterations', 'salt salt'],
    policies: 'server',
  },
  // RFC 6698, RFC 8162.
  TLSA: { number: 52, fields: CERTIFICATE_ASSOCIATION, isDigits: true },
  SMIMEA: { number: 53, fields: CERTIFICATE_ASSOCIATION, isDigits: true },
  // RFC 8005.
  HIP: { number: 55, fields: ['hostIdentity'] },
  // Registered without an RFC.
  NINFO: { number: 56, fields: TEXTS },
  RKEY: { number: 57, fields: KEY },
  TALINK: { number: 58, fields: ['opaqueName previous name', 'opaqueName next name'] },
  // RFC 7344.
  CDS: { number: 59, fields: DELEGATION_SIGNER, policies: 'static only' },
  CDNSKEY: { number: 60, fields: KEY, policies: 'static only' },
  // RFC 7929.
  OPENPGPKEY: { number: 61, fields: ['base64 key'], isDigits: true },
  // RFC 7477.
  CSYNC: { number: 62, fields: ['u32 serial', 'u16 flags', 'anyTypes type'], policies: 'static only' },
  // RFC 8976.
  ZONEMD: { number: 63, fields: ['u32 serial', 'u8 scheme', 'zoneDigest'], policies: 'static only' },
  // RFC 9460.
  SVCB: { number: 64, fields: ['serviceBinding'], target: { before: 2, isService: true }, isCounted: true },
  HTTPS: { number: 65, fields: ['serviceBinding'], target: { before: 2, isService: true }, isCounted: true },
  // RFC 9859.
  DSYNC: { number: 66, fields: ['rrtype type', 'dsyncScheme scheme', 'u16 port', 'opaqueName target'] },
  // RFC 9886.
  HHIT: { number: 67, fields: ['base64 data'], isDigits: true },
  BRID: { number: 68, fields: ['base64 data'], isDigits: true },
  // RFC 7208 §3.1.
  SPF: { number: 99, fields: TEXTS },
  // RFC 6742.
  NID: { number: 104, fields: ['u16 preference', 'locator64 node identifier'] },
  L32: { number: 105, fields: ['u16 preference', 'ipv4 locator'] },
  L64: { number: 106, fields: ['u16 preference', 'locator64 locator'] },
  LP: { number: 107, fields: ['u16 preference', 'opaqueName pointer'] },
  // RFC 7043.
  EUI48: { number: 108, fields: ['eui48 EUI-48'] },
  EUI64: { number: 109, fields: ['eui64 EUI-64'] },
  // Types 128 to 255 occur only in questions and messages (RFC 6895 §3.1).
  NXNAME: { number: 128 },
  TKEY: { number: 249 },
  TSIG: { number: 250 },
  IXFR: { number: 251 },
  AXFR: { number: 252 },
  MAILB: { number: 253 },
  MAILA: { number: 254 },
  ANY: { number: 255, isCounted: true },
  // RFC 7553.
  URI: { number: 256, fields: ['u16 priority', 'u16 weight', 'text target'] },
  // RFC 8659.
  CAA: { number: 257, fields: ['u8 flags', 'tag tag', 'text value'], isCounted: true },
  AVC: { number: 258, fields: TEXTS },
  // draft-durand-doa-over-dns.
  DOA: {
    number: 259,
    fields: ['u32 enterprise', 'u32 type', 'u8 location', 'characterString media type', 'mayBase64 data'],
  },
  // RFC 8777.
  AMTRELAY: { number: 260, fields: ['u8 precedence', 'relay'] },
  // RFC 9606.
  RESINFO: { number: 261, fields: TEXTS },
  // Registered without an RFC.
  WALLET: { number: 262, fields: TEXTS },
  CLA: { number: 263, fields: TEXTS },
  IPN: { number: 264 },
  // RFC 4431; trust anchors have the same form.
  TA: { number: 32768, fields: DELEGATION_SIGNER, policies: 'static only' },
  DLV: { number: 32769, fields: DELEGATION_SIGNER, policies: 'static only' },
} as const satisfies Record<string, RecordType>;
