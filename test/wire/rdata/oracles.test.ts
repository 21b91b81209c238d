/**
 * Every type as BIND, NSD and Knot read it. Each example is in the zone twice, as text and as our
 * octets in generic form: a reader that is not ours has to find the same in both.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { typeFromText } from '../../../runtime/wire/iana/rrtype.ts';
import { nameToText } from '../../../runtime/wire/name.ts';
import { canonicalRdata } from '../../../runtime/wire/rdata/embedded-names.ts';
import { genericToText } from '../../../runtime/wire/rdata/unknown.ts';
import { parseZoneText } from '../../../runtime/zone/zone-file.ts';
import { atEnd } from '../../support/at-end.ts';
import { missing } from '../../support/dig.ts';
import { RECORD_EXAMPLES } from '../../support/record-examples.ts';
import { rdata } from '../../support/wire.ts';
import { ORIGIN } from '../../support/zone.ts';

interface Example {
  /** The owner of its text is `text` below this, that of its octets `octets`. */
  readonly place: string;
  readonly type: string;
  readonly text: string;
}

const EXAMPLES: readonly Example[] = Object.entries(RECORD_EXAMPLES).flatMap(([type, texts]) =>
  // One SOA, the zone's own, is all there can be.
  type === 'SOA' ? [] : texts.map((text, at) => ({ place: `${type}-${at}`.toLowerCase(), type, text })),
);

test('BIND and we read the same in every type', { skip: missing('named-checkzone') }, (context) => {
  // It refuses the two that RFC 1035 calls obsolete, and does not know the last.
  const examples = without('MD', 'MF', 'CLA');
  const options = ['-i', 'none', '-k', 'ignore', '-D', '-s', 'full', '-o', '-', 'example.com'];
  const printed = check(context, 'named-checkzone', options, examples);
  const texts = new Map(
    [...printed.matchAll(/^(\S+?)\.example\.com\.\s+\d+ IN (.*)$/gm)].map(([, owner, text]) => [owner, text]),
  );
  for (const { place } of examples) assert.equal(texts.get(`text.${place}`), texts.get(`octets.${place}`));
  assertSameOctets(printed, examples);
});

test('NSD and we read the same in every type', { skip: missing('nsd-checkzone') }, (context) => {
  // Types younger than it.
  const examples = without('RESINFO', 'WALLET', 'HIP', 'AMTRELAY', 'GPOS', ...RARE, 'DLV');
  assertSameOctets(check(context, 'nsd-checkzone', ['-p', 'example.com'], examples), examples);
});

test('Knot accepts what we print of every type', { skip: missing('kzonecheck') }, (context) => {
  // Types younger than it, and some that it leaves to RFC 3597.
  const examples = without(
    'RESINFO',
    'WALLET',
    'HIP',
    'AMTRELAY',
    'X25',
    'ISDN',
    'GPOS',
    'KEY',
    'AVC',
    'MB',
    'MD',
    'MF',
    'MG',
    'MR',
    'PX',
    'SIG',
    'WKS',
    'NSAP',
    ...RARE,
    'DLV',
  );
  check(context, 'kzonecheck', ['-v', '-d', 'off', '-o', 'example.com'], examples);
});

/** Types that were never used by many, or are not yet. */
const RARE = [
  'NSAP-PTR',
  'EID',
  'NIMLOC',
  'NINFO',
  'RKEY',
  'TALINK',
  'DSYNC',
  'HHIT',
  'BRID',
  'DOA',
  'CLA',
  'TA',
];

function without(...types: readonly string[]): Example[] {
  return EXAMPLES.filter(({ type }) => !types.includes(type));
}

/** What a program prints of a zone with these records, which it must accept. */
function check(
  context: TestContext,
  program: string,
  options: readonly string[],
  examples: readonly Example[],
): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-'));
  atEnd(context, () => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'every.zone');
  const lines = examples.flatMap(({ place, type, text }) => [
    `text.${place} ${type} ${text}`,
    `octets.${place} ${type} ${genericToText(rdata(type, text))}`,
  ]);
  writeFileSync(file, ['$TTL 300', '@ SOA ns h 1 1 1 1 1', '@ NS ns.example.net.', ...lines, ''].join('\n'));
  const { status, stdout, stderr } = spawnSync(program, [...options, file], { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
  return stdout;
}

function assertSameOctets(printed: string, examples: readonly Example[]): void {
  const { records, diagnostics } = parseZoneText(printed, { origin: ORIGIN });
  assert.deepEqual(diagnostics, []);
  const found = new Map<string, Uint8Array>();
  for (const { owner, type, rdata: octets } of records) {
    found.set(nameToText(owner), canonicalRdata(type, octets));
  }
  for (const { place, type, text } of examples) {
    // NSD prints names in lower case.
    const octets = canonicalRdata(typeFromText(type) ?? 0, rdata(type, text));
    for (const form of ['text', 'octets']) {
      assert.deepEqual(found.get(`${form}.${place}.example.com.`), octets, `${type} ${text}`);
    }
  }
}
