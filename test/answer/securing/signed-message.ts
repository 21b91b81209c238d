/** Whether a message is signed as a validator wants it: each set once by the key, or by nobody where nobody may. */
import assert from 'node:assert/strict';
import type { KeyObject } from 'node:crypto';
import { RRTYPE, typeToText } from '../../../runtime/wire/iana/rrtype.ts';
import type { ClassedRecord, Message } from '../../../runtime/wire/message.ts';
import { canonicalName, nameToText, type WireName } from '../../../runtime/wire/name.ts';
import { canonicalRdata } from '../../../runtime/wire/rdata/embedded-names.ts';
import { assertSigned, splitRrsig } from '../../dnssec/signing/signing-world.ts';
import { PUBLIC_KEY } from '../signing-source.ts';

export interface SignedAs {
  /** Of the zone, with its final dot. */
  readonly origin?: string;
  readonly key?: KeyObject;
  /** Seconds since 1970: signatures hold then. Any time will do by default. */
  readonly now?: number;
  /** Names of additional records for which the zone does not speak. */
  readonly isGlue?: (name: string) => boolean;
}

/** Fails unless every set is signed, and every signature holds, but for what is never signed. */
export function assertMessageSigned(message: Message, as: SignedAs = {}): void {
  for (const section of [message.answers, message.authorities, message.additionals])
    assertSectionSigned(section, as);
}

function assertSectionSigned(section: readonly ClassedRecord[], as: SignedAs): void {
  const sets = Map.groupBy(section, ({ owner, type }) => `${textOf(owner)} ${typeToText(type)}`);
  for (const records of sets.values()) {
    const [first] = records;
    if (first === undefined || first.type === RRTYPE.RRSIG || isUnsigned(first, section, as)) continue;
    assertSetSigned(first, records, section, as);
  }
}

function assertSetSigned(
  { owner, type }: ClassedRecord,
  records: readonly ClassedRecord[],
  section: readonly ClassedRecord[],
  { origin = 'example.com.', key = PUBLIC_KEY, now }: SignedAs,
): void {
  const signatures = section.filter(
    (one) =>
      one.type === RRTYPE.RRSIG &&
      textOf(one.owner) === textOf(owner) &&
      splitRrsig(one.rdata).fields.type === type,
  );
  assert.equal(signatures.length, 1, `${nameToText(owner)} ${typeToText(type)} is signed once`);
  const { rdata = new Uint8Array(), ttl: livesFor = 0 } = signatures[0] ?? {};
  const { ttl, labels, signer, inception, expiration } = splitRrsig(rdata).fields;
  assert.ok(records.every((record) => record.ttl <= ttl && record.ttl === livesFor));
  assert.equal(nameToText(Buffer.from(signer, 'latin1')), origin);
  if (now !== undefined) {
    assert.ok(inception <= now, `${typeToText(type)}: a signature of the future`);
    // Some resolvers keep what they were given for its TTL, whenever its signature ends.
    assert.ok(now + livesFor < expiration, `${typeToText(type)}: a signature that ends before the TTL does`);
  }
  const rdatas = records.map((record) => canonicalRdata(type, record.rdata));
  assertSigned({ owner: signedOwner(owner, labels), type, ttl, rdatas }, rdata, key);
}

/** RFC 4034 §3.1.3: fewer labels are a wildcard's; a leading asterisk is not counted. */
function signedOwner(owner: WireName, labels: number): WireName {
  const lower = canonicalName(owner);
  let encloser = lower[0] === 1 && lower[1] === 0x2a ? lower.subarray(2) : lower;
  if (labelsIn(encloser) === labels) return lower;
  while (labelsIn(encloser) > labels) encloser = encloser.subarray(1 + (encloser[0] ?? 0));
  assert.equal(labelsIn(encloser), labels);
  return Uint8Array.from([1, 0x2a, ...encloser]);
}

function labelsIn(name: WireName): number {
  let count = 0;
  for (let at = 0; (name[at] ?? 0) > 0; at += 1 + (name[at] ?? 0)) count += 1;
  return count;
}

/** Delegations, what a DNAME makes, and glue. */
function isUnsigned(
  { owner, type }: ClassedRecord,
  section: readonly ClassedRecord[],
  { origin = 'example.com.', isGlue = () => false }: SignedAs,
): boolean {
  const name = textOf(owner);
  const isOfDname =
    type === RRTYPE.CNAME &&
    section.some((one) => one.type === RRTYPE.DNAME && name.endsWith(`.${textOf(one.owner)}`));
  return (type === RRTYPE.NS && name !== origin) || isOfDname || isGlue(name);
}

function textOf(name: WireName): string {
  return nameToText(canonicalName(name));
}
