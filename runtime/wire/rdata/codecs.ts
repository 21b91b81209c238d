/** Codecs of fields, by the words that rows of iana/record-types.ts use. */
import { CERTIFICATE_TYPES } from '../iana/certificate-type.ts';
import { DNSSEC_ALGORITHMS } from '../iana/dnssec-algorithm.ts';
import { eui, ipv4, ipv6, locator64 } from './address-fields.ts';
import { prefixes } from './apl.ts';
import { base64, digest, hash, hexadecimal, mayBase64, nsap, salt } from './data-fields.ts';
import type { Field } from './field.ts';
import { ipsecGateway, relay } from './gateway.ts';
import { hostIdentity } from './hip.ts';
import { location } from './loc.ts';
import { compressibleName, foldedName, opaqueName } from './name-fields.ts';
import { moment, named8, named16, rrtype, time, u8, u16, u32 } from './number-fields.ts';
import { services } from './services.ts';
import { serviceBinding } from './svcb.ts';
import { characterString, characterStrings, tag, text } from './text-fields.ts';
import { anyTypes, someTypes } from './type-bitmap.ts';

/** Makes a field; `what` is its name in error messages. */
export type Codec = (what: string) => Field;

export const CODECS = {
  u8,
  u16,
  u32,
  time,
  moment,
  rrtype,
  compressibleName,
  foldedName,
  opaqueName,
  ipv4,
  ipv6,
  locator64,
  eui48: (what) => eui(what, 6),
  eui64: (what) => eui(what, 8),
  characterString,
  characterStrings,
  text,
  tag,
  base64,
  mayBase64,
  hexadecimal,
  salt,
  hash,
  someTypes,
  anyTypes,
  algorithm: () => named8('algorithm', DNSSEC_ALGORITHMS),
  certificateType: (what) => named16(what, CERTIFICATE_TYPES),
  /** https://www.iana.org/assignments/ds-rr-types: SHA-1, SHA-256, GOST, SHA-384, GOST of 2012, SM3. */
  dsDigest: () => digest('digest type', 'digest', { 1: 20, 2: 32, 3: 32, 4: 48, 5: 32, 6: 32 }),
  /** RFC 6698 §7.4: SHA-256, SHA-512. */
  tlsaDigest: () => digest('matching type', 'certificate data', { 1: 32, 2: 64 }),
  sshfpDigest: () => digest('fingerprint type', 'fingerprint', { 1: 20, 2: 32 }),
  zoneDigest: () => digest('hash algorithm', 'digest', { 1: 48, 2: 64 }),
  location: () => location,
  ipsecGateway: () => ipsecGateway,
  relay: () => relay,
  hostIdentity: () => hostIdentity,
  prefixes: () => prefixes,
  serviceBinding: () => serviceBinding,
  services: () => services,
  nsap: () => nsap,
  /** RFC 9859 §2.1. */
  dsyncScheme: (what) => named8(what, { NOTIFY: 1 }),
} as const satisfies Record<string, Codec>;
