/** What the RDATA of each type looks like. A type that is not here has the generic form only (RFC 3597 §5). */
import { CERTIFICATE_TYPES } from '../iana/certificate-type.ts';
import { DNSSEC_ALGORITHMS } from '../iana/dnssec-algorithm.ts';
import { RRTYPE } from '../iana/rrtype.ts';
import { eui, ipv4, ipv6, locator64 } from './address-fields.ts';
import { prefixes } from './apl.ts';
import { base64, digest, hash, salt } from './data-fields.ts';
import type { RdataFormat } from './field.ts';
import { location } from './loc.ts';
import { compressibleName, foldedName, opaqueName } from './name-fields.ts';
import { moment, named8, named16, rrtype, time, u8, u16, u32 } from './number-fields.ts';
import { serviceBinding } from './svcb.ts';
import { characterString, characterStrings, tag, text } from './text-fields.ts';
import { anyTypes, someTypes } from './type-bitmap.ts';

const host: RdataFormat = [compressibleName('host name')];
const strings: RdataFormat = [characterStrings('text')];
const service: RdataFormat = [serviceBinding];

const algorithm = named8('algorithm', DNSSEC_ALGORITHMS);
/** https://www.iana.org/assignments/ds-rr-types: SHA-1, SHA-256, GOST, SHA-384, GOST of 2012, SM3. */
const DS_SIZES = { 1: 20, 2: 32, 3: 32, 4: 48, 5: 32, 6: 32 };
const delegationSigner: RdataFormat = [u16('key tag'), algorithm, digest('digest type', 'digest', DS_SIZES)];
const key: RdataFormat = [u16('flags'), u8('protocol'), algorithm, base64('public key')];
const signature: RdataFormat = [
  rrtype('type covered'),
  algorithm,
  u8('labels'),
  time('original TTL'),
  moment('expiration'),
  moment('inception'),
  u16('key tag'),
  foldedName("signer's name"),
  base64('signature'),
];
/** RFC 6698 §7.4: SHA-256, SHA-512. */
const TLSA_SIZES = { 1: 32, 2: 64 };
const certificateAssociation: RdataFormat = [
  u8('certificate usage'),
  u8('selector'),
  digest('matching type', 'certificate data', TLSA_SIZES),
];

export const FORMATS: ReadonlyMap<number, RdataFormat> = new Map<number, RdataFormat>([
  // RFC 1035 §3.3 and §3.4, RFC 3596.
  [RRTYPE.A, [ipv4('address')]],
  [RRTYPE.AAAA, [ipv6('address')]],
  [RRTYPE.NS, host],
  [RRTYPE.CNAME, host],
  [RRTYPE.PTR, host],
  [RRTYPE.MX, [u16('preference'), compressibleName('exchange')]],
  [
    RRTYPE.SOA,
    [
      compressibleName('primary name server'),
      compressibleName('contact'),
      u32('serial'),
      time('refresh time'),
      time('retry time'),
      time('expire time'),
      time('minimum'),
    ],
  ],
  [RRTYPE.TXT, strings],
  [RRTYPE.HINFO, [characterString('CPU'), characterString('operating system')]],
  // Experimental or obsolete, but compressed by some.
  [RRTYPE.MD, host],
  [RRTYPE.MF, host],
  [RRTYPE.MB, host],
  [RRTYPE.MG, host],
  [RRTYPE.MR, host],
  [RRTYPE.MINFO, [compressibleName('responsible mailbox'), compressibleName('error mailbox')]],

  // Names: RFC 1183, RFC 6672, RFC 2230, RFC 2163.
  [RRTYPE.RP, [foldedName('mailbox'), foldedName('text name')]],
  [RRTYPE.AFSDB, [u16('subtype'), foldedName('host name')]],
  [RRTYPE.RT, [u16('preference'), foldedName('host name')]],
  [RRTYPE.DNAME, [foldedName('target')]],
  [RRTYPE.KX, [u16('preference'), foldedName('exchanger')]],
  [RRTYPE.PX, [u16('preference'), foldedName('RFC 822 name'), foldedName('X.400 name')]],

  // Services: RFC 2782, RFC 3403, RFC 7553, RFC 9460.
  [RRTYPE.SRV, [u16('priority'), u16('weight'), u16('port'), foldedName('target')]],
  [
    RRTYPE.NAPTR,
    [
      u16('order'),
      u16('preference'),
      characterString('flags'),
      characterString('services'),
      characterString('regular expression'),
      foldedName('replacement'),
    ],
  ],
  [RRTYPE.URI, [u16('priority'), u16('weight'), text('target')]],
  [RRTYPE.SVCB, service],
  [RRTYPE.HTTPS, service],

  // Text: RFC 7208 §3.1, RFC 9606, and registered without an RFC.
  [RRTYPE.SPF, strings],
  [RRTYPE.RESINFO, strings],
  [RRTYPE.WALLET, strings],

  // Certificates and keys: RFC 8659, RFC 4398, RFC 6698, RFC 8162, RFC 4255, RFC 7929, RFC 4701.
  [RRTYPE.CAA, [u8('flags'), tag('tag'), text('value')]],
  [RRTYPE.CERT, [named16('type', CERTIFICATE_TYPES), u16('key tag'), algorithm, base64('certificate')]],
  [RRTYPE.TLSA, certificateAssociation],
  [RRTYPE.SMIMEA, certificateAssociation],
  [RRTYPE.SSHFP, [u8('algorithm'), digest('fingerprint type', 'fingerprint', { 1: 20, 2: 32 })]],
  [RRTYPE.OPENPGPKEY, [base64('key')]],
  [RRTYPE.DHCID, [base64('identifier')]],

  // DNSSEC: RFC 2535 (SIG), RFC 4034, RFC 5155, RFC 7344, RFC 7477, RFC 8976.
  [RRTYPE.DS, delegationSigner],
  [RRTYPE.CDS, delegationSigner],
  [RRTYPE.DNSKEY, key],
  [RRTYPE.CDNSKEY, key],
  [RRTYPE.RRSIG, signature],
  [RRTYPE.SIG, signature],
  [RRTYPE.NSEC, [opaqueName('next name'), someTypes('type')]],
  [
    RRTYPE.NSEC3,
    [
      u8('hash algorithm'),
      u8('flags'),
      u16('iterations'),
      salt('salt'),
      hash('next hashed name'),
      anyTypes('type'),
    ],
  ],
  [RRTYPE.NSEC3PARAM, [u8('hash algorithm'), u8('flags'), u16('iterations'), salt('salt')]],
  [RRTYPE.CSYNC, [u32('serial'), u16('flags'), anyTypes('type')]],
  [RRTYPE.ZONEMD, [u32('serial'), u8('scheme'), digest('hash algorithm', 'digest', { 1: 48, 2: 64 })]],

  // Places and addresses: RFC 1876, RFC 3123, RFC 7043, RFC 6742.
  [RRTYPE.LOC, [location]],
  [RRTYPE.APL, [prefixes]],
  [RRTYPE.EUI48, [eui('EUI-48', 6)]],
  [RRTYPE.EUI64, [eui('EUI-64', 8)]],
  [RRTYPE.NID, [u16('preference'), locator64('node identifier')]],
  [RRTYPE.L32, [u16('preference'), ipv4('locator')]],
  [RRTYPE.L64, [u16('preference'), locator64('locator')]],
  [RRTYPE.LP, [u16('preference'), opaqueName('pointer')]],
]);
