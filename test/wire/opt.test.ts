import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { EXTENDED_ERROR } from '../../runtime/wire/iana/extended-error.ts';
import type { Edns } from '../../runtime/wire/message.ts';
import { type Opt, writeOptRecord } from '../../runtime/wire/opt.ts';
import { hex, must } from '../support/wire.ts';

/** The octets of an OPT record within `room`, or nothing if it does not fit. */
function write(opt: Partial<Opt>, room = 100, rcode = 0): Uint8Array | undefined {
  const buffer = Buffer.alloc(200, 0xee);
  const end = writeOptRecord(buffer, 0, room, { udpSize: 1232, dnssecOk: false, ...opt }, rcode);
  return end > room ? undefined : Uint8Array.from(buffer.subarray(0, end));
}

/** What a decoder makes of it. */
function read(octets: Uint8Array | undefined): Edns | undefined {
  return must(decodeMessage(Uint8Array.from([...hex('0000 8000 0000 0000 0000 0001'), ...(octets ?? [])])))
    .edns;
}

test('A bare OPT is eleven octets', () => {
  assert.deepEqual(write({ dnssecOk: true }), hex('00 0029 04d0 00 00 8000 0000'));
  assert.deepEqual(write({}, 11, 0x17), hex('00 0029 04d0 01 00 0000 0000'));
  assert.equal(write({}, 10), undefined);
});

const SUBNET = { family: 2, source: 49, scope: 56, address: hex('20010db8 00008000 ffff') } as const;

test('A client subnet is as long as its source prefix', () => {
  assert.deepEqual(
    write({ clientSubnet: SUBNET }),
    hex('00 0029 04d0 00000000 000f 0008 000b 0002 31 38 20010db8000080'),
  );
  assert.deepEqual(
    read(write({ clientSubnet: { ...SUBNET, family: 0, source: 0, scope: 0 } }))?.clientSubnet,
    {
      family: 0,
      source: 0,
      scope: 0,
      address: hex(''),
    },
  );
});

test('Extended errors follow one another', () => {
  const extendedErrors = [
    { code: EXTENDED_ERROR.OTHER, text: 'Policy threw' },
    { code: EXTENDED_ERROR.STALE_ANSWER, text: '' },
  ];
  const edns = read(write({ clientSubnet: SUBNET, extendedErrors }));
  assert.deepEqual(edns?.extendedErrors, extendedErrors);
  assert.equal(edns?.clientSubnet?.scope, 56);
  assert.equal(edns?.options.length, 3);
});

test('An error without a text is only its code', () => {
  assert.deepEqual(
    write({ extendedErrors: [{ code: 24 }] }),
    hex('00 0029 04d0 00000000 0006 000f 0002 0018'),
  );
});

test('The text of an error is cut between characters, or the error stays out', () => {
  const extendedErrors = [{ code: 0, text: 'aé' }];
  assert.equal(read(write({ extendedErrors }, 11 + 6 + 3))?.extendedErrors[0]?.text, 'aé');
  assert.equal(read(write({ extendedErrors }, 11 + 6 + 2))?.extendedErrors[0]?.text, 'a');
  assert.equal(read(write({ extendedErrors }, 11 + 6))?.extendedErrors[0]?.text, '');
  assert.deepEqual(read(write({ extendedErrors }, 11 + 5))?.extendedErrors, []);
});
