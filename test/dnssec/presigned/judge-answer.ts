/**
 * Judges an answer of the zone `z.` as a validator does (RFC 4035 §5): every set of the zone has a signature that holds,
 * and what is not there is proved by NSEC or NSEC3 records.
 */
import assert from 'node:assert/strict';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { RCODE } from '../../../runtime/wire/iana/rcode.ts';
import { RRTYPE, typeToText } from '../../../runtime/wire/iana/rrtype.ts';
import type { ClassedRecord, Message } from '../../../runtime/wire/message.ts';
import { canonicalName, nameToText } from '../../../runtime/wire/name.ts';
import { canonicalRdata } from '../../../runtime/wire/rdata/embedded-names.ts';
import { isSame, type Labels, labelsOf, wireOf } from '../denial/random-zone.ts';
import { provesNameError, provesNoData, provesWildcard, readNsec } from '../denial/validator.ts';
import { assertSigned, splitRrsig } from '../signing/signing-world.ts';
import {
  provesNameErrorHashed,
  provesNoDataHashed,
  provesWildcardHashed,
  readNsec3,
} from './nsec3-validator.ts';

export type Outcome =
  | 'answer'
  | 'wildcard answer'
  | 'alias that leads away'
  | 'name error'
  | 'no data'
  | 'signed delegation'
  | 'unsigned delegation';

/** Public key of a DNSKEY of algorithm 13. */
export function publicKeyOf(dnskey: Uint8Array): KeyObject {
  const point = Buffer.from(dnskey.subarray(4));
  const [x, y] = [point.toString('base64url', 0, 32), point.toString('base64url', 32)];
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
}

/** What the answer comes to; fails where a validator would not believe it. */
export function judgeAnswer(message: Message, asked: Labels, type: number, key: KeyObject): Outcome {
  const { answers, authorities } = message;
  const wildcards = [...signedSets(answers, key), ...signedSets(authorities, key)];
  const proof = proofIn(authorities);
  for (const { name, wildcard } of wildcards) {
    if (wildcard !== undefined) assert.ok(proof.wildcard(name, wildcard), `${wildcard.join('.')} stands in`);
  }
  const last = follow(answers, asked, type);
  if (last === undefined) return 'alias that leads away';
  if (answers.some((one) => one.type === type && isSame(labelsOf(one.owner), last))) {
    assert.equal(message.rcode, RCODE.NOERROR);
    return wildcards.some(({ wildcard }) => wildcard !== undefined) ? 'wildcard answer' : 'answer';
  }
  if (message.rcode === RCODE.NXDOMAIN) {
    assert.ok(proof.nameError(last), 'the name is not there');
    return 'name error';
  }
  assert.equal(message.rcode, RCODE.NOERROR);
  const cut = authorities.find((one) => one.type === RRTYPE.NS && labelsOf(one.owner).length > 0);
  if (cut !== undefined) {
    if (authorities.some((one) => one.type === RRTYPE.DS)) return 'signed delegation';
    assert.ok(proof.noData(labelsOf(cut.owner), RRTYPE.DS), 'there is no DS');
    return 'unsigned delegation';
  }
  assert.ok(proof.noData(last, type), 'there is no such type');
  return 'no data';
}

function proofIn(authorities: readonly ClassedRecord[]) {
  const of = (type: number) => authorities.filter((one) => one.type === type);
  const nsecs = of(RRTYPE.NSEC).map(({ owner, rdata }) => readNsec(owner, rdata));
  const hashed = of(RRTYPE.NSEC3).map(({ owner, rdata }) => readNsec3(owner, rdata));
  return {
    nameError: (name: Labels) => provesNameError(nsecs, name) || provesNameErrorHashed(hashed, name),
    noData: (name: Labels, type: number) =>
      provesNoData(nsecs, name, type) || provesNoDataHashed(hashed, name, type),
    wildcard: (name: Labels, wildcard: Labels) =>
      provesWildcard(nsecs, name, wildcard) || provesWildcardHashed(hashed, name, wildcard),
  };
}

/** The name at the end of all aliases; `undefined` outside the zone, or where they go round. */
function follow(answers: readonly ClassedRecord[], asked: Labels, type: number): Labels | undefined {
  let name = asked;
  const met: Labels[] = [];
  while (type !== RRTYPE.CNAME) {
    const alias = answers.find((one) => one.type === RRTYPE.CNAME && isSame(labelsOf(one.owner), name));
    if (alias === undefined) return name;
    if (!/(^|\.)z\.$/i.test(nameToText(alias.rdata))) return undefined;
    met.push(name);
    name = labelsOf(alias.rdata);
    if (met.some((other) => isSame(other, name))) return undefined;
  }
  return name;
}

interface Signed {
  readonly name: Labels;
  readonly wildcard: Labels | undefined;
}

function signedSets(section: readonly ClassedRecord[], key: KeyObject): Signed[] {
  const sets = Map.groupBy(section, ({ owner, type }) => `${nameToText(canonicalName(owner))} ${type}`);
  return [...sets.values()].flatMap((records) => {
    const [first] = records;
    if (first === undefined || first.type === RRTYPE.RRSIG || isUnsigned(first, section)) return [];
    return [checkSet(first, records, section, key)];
  });
}

function checkSet(
  { owner, type }: ClassedRecord,
  records: readonly ClassedRecord[],
  section: readonly ClassedRecord[],
  key: KeyObject,
): Signed {
  const name = labelsOf(owner);
  const [signature, ...others] = section.filter(
    (one) =>
      one.type === RRTYPE.RRSIG &&
      isSame(labelsOf(one.owner), name) &&
      splitRrsig(one.rdata).fields.type === type,
  );
  assert.ok(
    signature !== undefined && others.length === 0,
    `${nameToText(owner)} ${typeToText(type)} is signed once`,
  );
  const { labels, ttl } = splitRrsig(signature.rdata).fields;
  assert.ok(records.every((record) => record.ttl <= ttl));
  const own = name[0] === '*' ? name.length : name.length + 1;
  const wildcard = labels < own ? ['*', ...name.slice(name.length - labels + 1)] : undefined;
  const rdatas = records.map((record) => canonicalRdata(type, record.rdata));
  assertSigned({ owner: canonicalName(wireOf(wildcard ?? name)), type, ttl, rdatas }, signature.rdata, key);
  return { name, wildcard };
}

/** NS of a delegation, and a CNAME that a DNAME made (RFC 4035 §2.2, RFC 6672 §5.3.1). */
function isUnsigned({ owner, type }: ClassedRecord, section: readonly ClassedRecord[]): boolean {
  const name = labelsOf(owner);
  if (type === RRTYPE.NS) return name.length > 0 && !section.some((one) => one.type === RRTYPE.SOA);
  return (
    type === RRTYPE.CNAME &&
    section.some((one) => {
      const above = labelsOf(one.owner);
      return (
        one.type === RRTYPE.DNAME &&
        above.length < name.length &&
        isSame(name.slice(name.length - above.length), above)
      );
    })
  );
}
