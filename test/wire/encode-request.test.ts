/** Queries as octets, read by a codec that is not ours. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode } from 'dns-packet';
import { encodeRequest } from '../../runtime/wire/encode-request.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { name } from '../support/wire.ts';

test('A query has one question, and what was asked for besides', () => {
  const fields = { id: 0xabcd, name: name('www.shop.example.'), type: RRTYPE.AAAA };
  const plain = decode(Buffer.from(encodeRequest(fields)));
  assert.equal(plain.id, 0xabcd);
  assert.equal(plain.type, 'query');
  assert.equal(plain.flag_rd, false);
  assert.deepEqual(plain.questions, [{ name: 'www.shop.example', type: 'AAAA', class: 'IN' }]);
  assert.deepEqual(plain.additionals, []);

  const full = decode(Buffer.from(encodeRequest({ ...fields, recursionDesired: true, udpSize: 1232 })));
  assert.equal(full.flag_rd, true);
  const [opt] = full.additionals ?? [];
  assert.ok(opt?.type === 'OPT');
  assert.equal(opt.udpPayloadSize, 1232);
  assert.deepEqual([opt.flag_do, full.flag_cd], [false, false]);

  const signed = { ...fields, udpSize: 1232, dnssecOk: true, checkingDisabled: true };
  const secure = decode(Buffer.from(encodeRequest(signed)));
  const [flags] = secure.additionals ?? [];
  assert.ok(flags?.type === 'OPT');
  assert.deepEqual([flags.flag_do, secure.flag_cd, secure.flag_rd], [true, true, false]);
});
