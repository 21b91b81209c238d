import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { name, rdata } from '../support/wire.ts';

test('A record prints as a line of a zone file', () => {
  const record = { owner: name('example.com.'), type: RRTYPE.MX, ttl: 300, rdata: rdata('MX', '10 mail') };
  assert.equal(recordToText(record), 'example.com. 300 IN MX 10 mail.example.com.');
});
