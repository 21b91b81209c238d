import assert from 'node:assert/strict';
import { test } from 'node:test';
import { soaFromRdata } from '../../../runtime/wire/rdata/soa.ts';
import { name, rdata } from '../../support/wire.ts';

test('An SOA comes apart', () => {
  assert.deepEqual(soaFromRdata(rdata('SOA', 'ns1 hostmaster 7 1 2 3 30')), {
    primary: name('ns1.example.com.'),
    contact: name('hostmaster.example.com.'),
    serial: 7,
    refresh: 1,
    retry: 2,
    expire: 3,
    minimum: 30,
  });
});

test('A malformed one does not', () => {
  const whole = rdata('SOA', 'ns1 hostmaster 7 1 2 3 30');
  assert.equal(soaFromRdata(whole.subarray(0, -1)), undefined);
  assert.equal(soaFromRdata(Uint8Array.from([...whole, 0])), undefined);
});
