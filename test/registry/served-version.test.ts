/** Where the static records of an answer come from, as control knows it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OriginParts, withOrigins } from '../../runtime/registry/served-version.ts';
import type { Explanation, RecordOrigin } from '../../runtime/rpc/explanation.ts';
import type { DynamicRecord } from '../../runtime/update/dynamic-record.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { nameFromText } from '../../runtime/wire/name.ts';
import { recordKey, recordTextKey } from '../../runtime/wire/record-key.ts';

const SINCE = Date.UTC(2026, 10, 30, 9);
const FILE: OriginParts = {
  policy: undefined,
  dynamic: undefined,
  unserved: undefined,
  madeHere: [],
  isTransferred: undefined,
  recordsFile: 'policies/example.com.zone',
};

function dynamicA(owner: string, ...address: number[]): DynamicRecord {
  const name = nameFromText(owner);
  assert.ok(name.ok);
  return {
    owner: name.value,
    type: RRTYPE.A,
    ttl: 60,
    rdata: Uint8Array.from(address),
    since: SINCE,
    by: 'acme.example',
  };
}

function origin(record: string, parts: OriginParts | undefined, before: RecordOrigin = { from: 'static' }) {
  const explanation: Explanation = {
    name: 'www.example.com.',
    type: 'A',
    client: {},
    followed: [],
    source: 'static',
    reads: [],
    steering: [],
    rcode: 'NOERROR',
    answer: [record],
    origins: [before],
    authority: [],
    ecsScope: 0,
    totalMicros: 1,
  };
  return withOrigins(explanation, parts).origins?.[0];
}

test('A record is of the file where nothing else is known of it', () => {
  assert.deepEqual(origin('www.example.com. 60 IN A 192.0.2.1', FILE), {
    from: 'zone-file',
    file: 'policies/example.com.zone',
  });
  assert.deepEqual(origin('www.example.com. 60 IN A 192.0.2.1', { ...FILE, isTransferred: true }), {
    from: 'primary',
  });
  assert.deepEqual(origin('www.example.com. 60 IN A 192.0.2.1', undefined), { from: 'static' });
});

test('What a client added is known, whatever TTL it is served with, and below a wildcard too', () => {
  const records = [dynamicA('www.Example.com', 192, 0, 2, 1), dynamicA('*.dyn.example.com', 192, 0, 2, 2)];
  const parts: OriginParts = { ...FILE, dynamic: { records, revision: 'r', serial: 1 } };
  const added = { from: 'dynamic', by: 'acme.example', since: '2026-11-30T09:00:00.000Z' };
  assert.deepEqual(origin('www.example.com. 300 IN A 192.0.2.1', parts), added);
  const wildcard = '*.dyn.example.com.';
  assert.deepEqual(origin('x.dyn.example.com. 60 IN A 192.0.2.2', parts, { from: 'static', wildcard }), {
    ...added,
    wildcard,
  });
  assert.equal(origin('x.dyn.example.com. 60 IN A 192.0.2.2', parts)?.from, 'zone-file');
  assert.equal(origin('www.example.com. 60 IN A 192.0.2.3', parts)?.from, 'zone-file');
});

test('What the file states as well is of the file', () => {
  const record = dynamicA('www.example.com', 192, 0, 2, 1);
  const parts: OriginParts = {
    ...FILE,
    dynamic: { records: [record], revision: 'r', serial: 1 },
    unserved: new Map([[recordKey(record), 'in-file']]),
  };
  assert.equal(origin('www.example.com. 300 IN A 192.0.2.1', parts)?.from, 'zone-file');
});

test('What no file states is of the server, also an SOA with another serial', () => {
  const madeHere = [
    'example.com. 60 IN SOA ns1.example.com. host.example.com. 7 1 1 1 1',
    'example.com. 60 IN NS ns1.example.com.',
  ].map(recordTextKey);
  const soa = 'example.com. 60 IN SOA ns1.example.com. host.example.com. 8 1 1 1 1';
  assert.deepEqual(origin(soa, { ...FILE, madeHere }), { from: 'settings' });
  assert.deepEqual(origin('example.com. 60 IN NS ns1.example.com.', { ...FILE, madeHere }), {
    from: 'settings',
  });
  assert.equal(origin('example.com. 60 IN NS ns2.example.com.', { ...FILE, madeHere })?.from, 'zone-file');
});

test('What is no static record stays what it is', () => {
  const decided: RecordOrigin = { from: 'policy', file: 'policies/example.com.ts' };
  assert.equal(origin('www.example.com. 60 IN A 192.0.2.1', FILE, decided), decided);
});
