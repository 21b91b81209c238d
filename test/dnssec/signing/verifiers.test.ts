/** A signed zone of records of all types, as programs that verify zones see it. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { SignatureMemory } from '../../../runtime/dnssec/signing/signature-memory.ts';
import { SigningBudget } from '../../../runtime/dnssec/signing/signing-budget.ts';
import { type ZoneKey, ZoneSigner } from '../../../runtime/dnssec/signing/zone-signer.ts';
import { RRTYPE, typeToText } from '../../../runtime/wire/iana/rrtype.ts';
import { genericToText } from '../../../runtime/wire/rdata/unknown.ts';
import { recordToText } from '../../../runtime/wire/record.ts';
import { missing } from '../../support/dig.ts';
import { RECORD_EXAMPLES } from '../../support/record-examples.ts';
import { name, rdata } from '../../support/wire.ts';
import { newKey, RULES, type SignedSet, signaturesOf } from './signing-world.ts';

/** At the apex only, or of the chain, or beside a delegation; the last holds a text for ldns, where others have a name. */
const ELSEWHERE = 'SOA NS DS DNSKEY CDS CDNSKEY CSYNC ZONEMD NSEC NSEC3 NSEC3PARAM RRSIG DLV NSAP-PTR'.split(
  ' ',
);
const MIXED = {
  MX: ['10 MAIL.Example.net.', '5 b.EXAMPLE.net.', '5 a.example.net.', '10 mail.example.NET.'],
};

const EXAMPLES = Object.entries({ ...RECORD_EXAMPLES, ...MIXED }).filter(
  ([mnemonic, texts]) => !ELSEWHERE.includes(mnemonic) && texts.length > 0,
);

/** One owner for each type, in canonical order, with an NSEC each. */
function zoneSets(keys: readonly ZoneKey[]): SignedSet[] {
  const apex = [
    setOf('example.', 'SOA', ['NS1.example. Host.example. 1 7200 900 86400 300']),
    setOf('example.', 'NS', ['NS1.example.net.', 'ns2.Example.NET.']),
    { ...setOf('example.', 'DNSKEY', []), rdatas: keys.map(({ key }) => key.dnskey) },
  ];
  const others = EXAMPLES.map(([mnemonic, texts], index) =>
    // Types that have one record have the first.
    setOf(`n${100 + index}.example.`, mnemonic, SINGLE.has(mnemonic) ? texts.slice(0, 1) : texts),
  );
  const wildcard = setOf('*.example.', 'A', ['192.0.2.1', '192.0.2.200', '192.0.2.30']);
  const nodes = [apex, [wildcard], ...others.map((set) => [set])];
  return nodes.flatMap((sets, index) => {
    const [first] = sets;
    const next = nodes[index + 1]?.[0] ?? apex[0];
    assert.ok(first && next);
    const types = [...sets.map(({ type }) => type), RRTYPE.RRSIG, RRTYPE.NSEC].map((type) =>
      typeToText(type),
    );
    const nsec = rdata('NSEC', `. ${types.join(' ')}`);
    return [...sets, { ...setOf('.', 'NSEC', []), owner: first.owner, rdatas: [withNext(nsec, next.owner)] }];
  });
}

function isCombined({ signsKeys, signsZone }: ZoneKey): boolean {
  return signsKeys && signsZone;
}

const SINGLE = new Set(['CNAME', 'DNAME']);

function setOf(owner: string, mnemonic: string, texts: readonly string[]): SignedSet {
  const type = RRTYPE[mnemonic as keyof typeof RRTYPE];
  return { owner: name(owner), type, ttl: 300, rdatas: texts.map((text) => rdata(mnemonic, text)) };
}

/** With another name in the place of the root's. */
function withNext(nsec: Uint8Array, next: Uint8Array): Uint8Array {
  return Uint8Array.from([...next, ...nsec.subarray(1)]);
}

/** Types by number and data as octets: what a program does not know it takes as it is. */
function lineOf(set: SignedSet, data: Uint8Array): string {
  const { owner, type, ttl } = set;
  const [ownerText] = recordToText({ owner, type, ttl, rdata: data }).split(' ');
  return `${ownerText} ${ttl} IN TYPE${type} ${genericToText(data)}`;
}

const KEYS: Readonly<Record<string, () => readonly ZoneKey[]>> = {
  'P-256': () => [newKey(13)],
  Ed25519: () => [newKey(15)],
  'P-256, KSK and ZSK': () => [newKey(13, 257, { signsZone: false }), newKey(13, 256, { signsKeys: false })],
  'both algorithms': () => [newKey(13), newKey(15)],
};

for (const [label, makeKeys] of Object.entries(KEYS)) {
  describe(`A zone signed with ${label} is verified`, () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-signed-'));
    const file = path.join(folder, 'example.zone');
    const keys = makeKeys();
    const sets = zoneSets(keys);
    // It takes a key of flags 257 for one that signs other sets only when told so.
    const how = ['-q', '-o', 'example.', ...(keys.some(isCombined) ? ['-z'] : [])];
    const memory = new SignatureMemory(1 << 20);
    const budget = new SigningBudget(1);
    const signer = new ZoneSigner({ origin: name('example.'), keys, rules: RULES, memory, budget });
    const lines = sets.flatMap((set) => [
      ...set.rdatas.map((data) => lineOf(set, data)),
      ...(signaturesOf(signer, set) ?? []).map((data) => lineOf({ ...set, type: RRTYPE.RRSIG }, data)),
    ]);
    writeFileSync(file, `${lines.join('\n')}\n`);
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

    test('by dnssec-verify', { skip: missing('dnssec-verify') }, () => {
      execFileSync('dnssec-verify', [...how, file], { stdio: 'pipe' });
    });

    test('by ldns-verify-zone', { skip: missing('ldns-verify-zone') }, () => {
      execFileSync('ldns-verify-zone', ['-V', '2', file], { stdio: 'pipe' });
    });

    test('and is not if one octet is another', { skip: missing('dnssec-verify') }, () => {
      const changed = path.join(folder, 'changed.zone');
      const text = lines.join('\n').replace('TYPE1 \\# 4 c000020a', 'TYPE1 \\# 4 c000020b');
      assert.notEqual(text, lines.join('\n'));
      writeFileSync(changed, `${text}\n`);
      assert.notEqual(spawnSync('dnssec-verify', [...how, changed]).status, 0);
    });
  });
}
