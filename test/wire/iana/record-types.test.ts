/** Rows of record types agree with each other, and with what authors of policies are promised. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { RecordType } from '../../../runtime/wire/iana/record-type.ts';
import { RECORD_TYPES } from '../../../runtime/wire/iana/record-types.ts';
import { RRTYPE, targetOfType, typesWhich, typeToText } from '../../../runtime/wire/iana/rrtype.ts';
import { nameLayout } from '../../../runtime/wire/rdata/embedded-names.ts';

const ROWS = Object.entries<RecordType>(RECORD_TYPES);
const TYPES_FILE = new URL('../../../types/policy.d.ts', import.meta.url);

test('No number is given twice, and rows are in the order of numbers', () => {
  const numbers = ROWS.map(([, { number }]) => number);
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].toSorted((a, b) => a - b),
  );
});

test('A name that RDATA points to stands where the fields have it', () => {
  for (const type of typesWhich(({ target }) => target)) {
    const { before, strings = 0, isService } = targetOfType(type) ?? assert.fail();
    // The fields of a service binding are one; its target follows the priority (RFC 9460 §2.2).
    const layout = isService ? { before: 2, strings: 0 } : nameLayout(type);
    assert.partialDeepStrictEqual(layout, { before, strings }, typeToText(type));
  }
  assert.equal(targetOfType(RRTYPE.A), undefined);
  assert.equal(targetOfType(65_535), undefined);
});

test('What points to a name server is the only type that glue helps with', () => {
  assert.deepEqual([...typesWhich(({ target }) => target?.isServer)], [RRTYPE.NS]);
});

test('A NAPTR leads to SRV records', () => {
  assert.equal(targetOfType(RRTYPE.NAPTR)?.next, RRTYPE.SRV);
});

test('The types of policies say which records are the same for everyone', () => {
  const documented = /\/\*\* (?<text>[^*]*(?:\*(?!\/)[^*]*)*)\*\/\s+readonly (?<type>[A-Z0-9]+)\?:/g;
  const found = [...readFileSync(TYPES_FILE, 'utf8').matchAll(documented)].map(({ groups }) => groups ?? {});
  assert.ok(found.length > 25);
  for (const { text = '', type = '' } of found) {
    const row = ROWS.find(([mnemonic]) => mnemonic === type)?.[1];
    assert.ok(row?.fields, `${type} has a form`);
    assert.equal(row.policies, text.includes('Only in `records`') ? 'static only' : undefined, type);
  }
});
