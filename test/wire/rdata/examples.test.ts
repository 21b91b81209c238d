/** Laws that hold for records of every type. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRecords } from '../../../runtime/plan/compile-records.ts';
import { RECORD_TYPES } from '../../../runtime/sandbox/prelude/records.ts';
import { typeToText } from '../../../runtime/wire/iana/rrtype.ts';
import { FORMATS } from '../../../runtime/wire/rdata/formats.ts';
import { checkRdata, rdataToText } from '../../../runtime/wire/rdata/registry.ts';
import { genericToText } from '../../../runtime/wire/rdata/unknown.ts';
import { RECORD_EXAMPLES } from '../../support/record-examples.ts';
import { rdata } from '../../support/wire.ts';
import { ORIGIN } from '../../support/zone.ts';

const examples: Readonly<Record<string, readonly string[]>> = RECORD_EXAMPLES;

for (const type of FORMATS.keys()) {
  const mnemonic = typeToText(type);
  test(`${mnemonic} is read, printed as it was, and read from its generic form`, () => {
    const texts = examples[mnemonic] ?? [];
    assert.ok(texts.length > 0, 'there is an example');
    for (const text of texts) {
      const octets = rdata(mnemonic, text);
      assert.equal(checkRdata(type, octets), undefined);
      assert.equal(rdataToText(type, octets), text);
      assert.deepEqual(rdata(mnemonic, genericToText(octets)), octets);
    }
  });

  test(`${mnemonic} with an octet too few or too many does not pass unnoticed`, () => {
    for (const text of examples[mnemonic] ?? []) {
      const octets = rdata(mnemonic, text);
      for (const other of [octets.subarray(0, -1), Uint8Array.from([...octets, 0])]) {
        if (other.length === octets.length || checkRdata(type, other) !== undefined) continue;
        const printed = rdataToText(type, other);
        assert.notEqual(printed, text);
        assert.deepEqual(rdata(mnemonic, printed), other);
      }
    }
  });
}

for (const type of RECORD_TYPES.filter((name) => name !== 'TXT')) {
  test(`A policy writes ${type} as a zone file does`, () => {
    // A CNAME or a DNAME is alone.
    const values = (examples[type] ?? []).slice(0, type === 'CNAME' || type === 'DNAME' ? 1 : undefined);
    const sets = compileRecords({ [type]: values }, 'records.www', {
      zone: ORIGIN,
      ttl: 30,
      placement: 'static',
    });
    assert.ok(sets.ok, sets.ok ? '' : sets.problem.join());
    const texts = sets.value.flatMap(({ rdatas }) =>
      rdatas.map((octets) => rdataToText(sets.value[0]?.type ?? 0, octets)),
    );
    assert.deepEqual(texts, values);
  });
}
