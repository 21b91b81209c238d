/** dns-packet, which reads octets into fields of its own, against ours. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, decode, type RecordType } from 'dns-packet';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { hex, rdata } from '../../support/wire.ts';

const DIGEST = '000102030405060708090a0b0c0d0e0f10111213';

/** A record, and what dns-packet finds in our octets. */
const RECORDS: readonly (readonly [type: RecordType & keyof typeof RRTYPE, text: string, data: unknown])[] = [
  ['A', '192.0.2.10', '192.0.2.10'],
  ['AAAA', '2001:db8::10', '2001:db8::10'],
  ['CAA', '128 issue "ca.example"', { flags: 128, tag: 'issue', value: 'ca.example', issuerCritical: true }],
  ['CNAME', 'a.example.', 'a.example'],
  ['DNAME', 'a.example.', 'a.example'],
  ['DNSKEY', '257 3 13 AQID', { flags: 257, algorithm: 13, key: Buffer.from([1, 2, 3]) }],
  ['DS', `7 13 1 ${DIGEST}`, { keyTag: 7, algorithm: 13, digestType: 1, digest: Buffer.from(hex(DIGEST)) }],
  ['HINFO', 'PC Linux', { cpu: 'PC', os: 'Linux' }],
  ['MX', '10 a.example.', { preference: 10, exchange: 'a.example' }],
  ['NS', 'a.example.', 'a.example'],
  [
    'NAPTR',
    '1 2 u E2U+sip "!a!b!" c.example.',
    { order: 1, preference: 2, flags: 'u', services: 'E2U+sip', regexp: '!a!b!', replacement: 'c.example' },
  ],
  ['NSEC', 'a.example. A MX TYPE1234', { nextDomain: 'a.example', rrtypes: ['A', 'MX', 'UNKNOWN_1234'] }],
  ['PTR', 'a.example.', 'a.example'],
  ['RP', 'a.example. b.example.', { mbox: 'a.example', txt: 'b.example' }],
  [
    'SOA',
    'a. b. 1 2 3 4 5',
    { mname: 'a', rname: 'b', serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 },
  ],
  ['SRV', '1 2 3 a.example.', { priority: 1, weight: 2, port: 3, target: 'a.example' }],
  ['SSHFP', `4 1 ${DIGEST}`, { algorithm: 4, hash: 1, fingerprint: DIGEST.toUpperCase() }],
  ['TLSA', '3 1 0 010203', { usage: 3, selector: 1, matchingType: 0, certificate: Buffer.from([1, 2, 3]) }],
  ['TXT', 'a "b c"', [Buffer.from('a'), Buffer.from('b c')]],
];

for (const [type, text, data] of RECORDS) {
  test(`dns-packet and we mean the same octets by ${type} ${text}`, () => {
    const octets = Buffer.from(rdata(type, text));
    const head = Buffer.alloc(12);
    head.writeUInt16BE(1, 6);
    const record = Buffer.alloc(11);
    record.writeUInt16BE(RRTYPE[type], 1);
    record.writeUInt16BE(1, 3);
    record.writeUInt16BE(octets.length, 9);
    const [answer] = decode(Buffer.concat([head, record, octets])).answers as (Answer & { data: unknown })[];
    assert.deepEqual(answer?.data, data);
  });
}
