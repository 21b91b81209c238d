/** How long an answer may be kept, by what dns-packet encodes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, encode, type Packet, TRUNCATED_RESPONSE } from 'dns-packet';
import { cacheableSeconds } from '../../runtime/wire/cacheable-seconds.ts';

const name = 'www.example.com';
const a = (ttl: number): Answer => ({ type: 'A', name, ttl, data: '192.0.2.1' });
const ns = (ttl: number): Answer => ({ type: 'NS', name: 'example.com', ttl, data: 'ns1.example.com' });
const soa = (ttl: number, minimum: number): Answer => ({
  type: 'SOA',
  name: 'example.com',
  ttl,
  data: {
    mname: 'ns1.example.com',
    rname: 'hostmaster.example.com',
    serial: 1,
    refresh: 2,
    retry: 3,
    expire: 4,
    minimum,
  },
});

/** Sections → seconds. */
const CASES: Readonly<Record<string, readonly [Packet, number]>> = {
  'The lowest TTL of the answers counts': [{ answers: [a(300), a(60), a(90)], authorities: [ns(5)] }, 60],
  'An answer with TTL 0 is for now': [{ answers: [a(300), a(0)] }, 0],
  'The SOA of a negative answer counts': [{ authorities: [soa(30, 60)] }, 30],
  'So does its MINIMUM': [{ authorities: [soa(300, 60)] }, 60],
  'NXDOMAIN is no different': [{ flags: 3, authorities: [soa(30, 60)] }, 30],
  'A referral is for now': [{ authorities: [ns(300)] }, 0],
  'SERVFAIL is for now': [{ flags: 2, answers: [a(300)] }, 0],
  'REFUSED is for now': [{ flags: 5 }, 0],
  'What is truncated is for now': [{ flags: TRUNCATED_RESPONSE, answers: [a(300)] }, 0],
};

for (const [claim, [packet, seconds]] of Object.entries(CASES))
  test(claim, () => {
    const octets = encode({ type: 'response', questions: [{ type: 'A', name }], ...packet });
    assert.equal(cacheableSeconds(octets), seconds);
    // Cut short anywhere, it is no message, and no reason to fail.
    for (let length = 0; length < octets.length; length += 1)
      assert.doesNotThrow(() => cacheableSeconds(octets.subarray(0, length)));
  });
