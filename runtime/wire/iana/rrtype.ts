/**
 * Resource record types.
 * https://www.iana.org/assignments/dns-parameters (Resource Record (RR) TYPEs), read 2026-11.
 */

export const RRTYPE = {
  A: 1,
  NS: 2,
  MD: 3,
  MF: 4,
  CNAME: 5,
  SOA: 6,
  MB: 7,
  MG: 8,
  MR: 9,
  NULL: 10,
  WKS: 11,
  PTR: 12,
  HINFO: 13,
  MINFO: 14,
  MX: 15,
  TXT: 16,
  RP: 17,
  AFSDB: 18,
  X25: 19,
  ISDN: 20,
  RT: 21,
  NSAP: 22,
  'NSAP-PTR': 23,
  SIG: 24,
  KEY: 25,
  PX: 26,
  GPOS: 27,
  AAAA: 28,
  LOC: 29,
  NXT: 30,
  SRV: 33,
  NAPTR: 35,
  KX: 36,
  CERT: 37,
  A6: 38,
  DNAME: 39,
  OPT: 41,
  APL: 42,
  DS: 43,
  SSHFP: 44,
  IPSECKEY: 45,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  DHCID: 49,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  SMIMEA: 53,
  HIP: 55,
  TALINK: 58,
  CDS: 59,
  CDNSKEY: 60,
  OPENPGPKEY: 61,
  CSYNC: 62,
  ZONEMD: 63,
  SVCB: 64,
  HTTPS: 65,
  DSYNC: 66,
  HHIT: 67,
  BRID: 68,
  SPF: 99,
  NID: 104,
  L32: 105,
  L64: 106,
  LP: 107,
  EUI48: 108,
  EUI64: 109,
  NXNAME: 128,
  TKEY: 249,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  MAILB: 253,
  MAILA: 254,
  ANY: 255,
  URI: 256,
  CAA: 257,
  AVC: 258,
  DOA: 259,
  AMTRELAY: 260,
  RESINFO: 261,
  WALLET: 262,
  CLA: 263,
  IPN: 264,
  TA: 32768,
  DLV: 32769,
} as const;

const TEXTS = new Map<number, string>(Object.entries(RRTYPE).map(([text, type]) => [type, text]));
const TYPES = new Map<string, number>(Object.entries(RRTYPE));

/** Reads a mnemonic in any case, or `TYPE123` (RFC 3597 §5). */
export function typeFromText(text: string): number | undefined {
  const upper = text.toUpperCase();
  const known = TYPES.get(upper);
  if (known !== undefined) return known;
  const digits = /^TYPE(\d{1,5})$/.exec(upper)?.[1];
  const type = Number(digits);
  return digits !== undefined && type <= 0xffff ? type : undefined;
}

/** The mnemonic, or `TYPE123` where there is none here (RFC 3597 §5). */
export function typeToText(type: number): string {
  return TEXTS.get(type) ?? `TYPE${type}`;
}

/** Whether records of this type can be stored: not 0, OPT, or a type that only questions have (RFC 6895 §3.1). */
export function isDataType(type: number): boolean {
  return type !== 0 && type !== RRTYPE.OPT && !(type >= 128 && type <= 255);
}
