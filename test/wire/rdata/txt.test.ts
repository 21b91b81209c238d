import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { rdataToText } from '../../../runtime/wire/rdata/registry.ts';
import { txtRdata } from '../../../runtime/wire/rdata/txt.ts';
import { must, problemOf } from '../../support/wire.ts';

test('Text is taken as it is', () => {
  assert.equal(rdataToText(RRTYPE.TXT, must(txtRdata(['v=spf1 -all', '']))), '"v=spf1 -all" ""');
  assert.equal(rdataToText(RRTYPE.TXT, must(txtRdata(['a"b\\']))), String.raw`"a\"b\\"`);
});

test('Long text is split', () => {
  const octets = must(txtRdata(['k'.repeat(600)]));
  assert.deepEqual([octets[0], octets[256], octets[512], octets.length], [255, 255, 90, 603]);
});

test('There is at least one string, and an end to it', () => {
  assert.match(problemOf(txtRdata([])), /at least one/);
  assert.match(problemOf(txtRdata(['x'.repeat(65_300)])), /65535 octets/);
});
