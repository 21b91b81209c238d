/** Cases as authors write them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCase } from '../../runtime/testing/read-case.ts';

function read(given: unknown, name = 'www') {
  return readCase({ id: 0, kind: 'answer', name, type: 'A', given }, 'shop.example');
}

test('Names are relative to the zone, unless they name it', () => {
  const names = ['www', '@', 'www.shop.example', 'WWW.Shop.Example.', 'other.example.'].map((name) => {
    const { ok, ...rest } = read({}, name);
    return ok && 'value' in rest ? rest.value.question.name : '';
  });
  assert.deepEqual(names, [
    'www.shop.example.',
    'shop.example.',
    'www.shop.example.',
    'www.shop.example.',
    'other.example.',
  ]);
});

test('Each mistake is told in words', () => {
  const MISTAKES: readonly (readonly [given: unknown, problem: RegExp])[] = [
    ['DE', /^The case must be an object/],
    [{ contry: 'DE' }, /did you mean "country"\?$/],
    [{ country: 'de' }, /^country: It must be two capital letters/],
    [{ continent: 'Europe' }, /^continent: Must be one of AF,/],
    [{ eu: 'yes' }, /^eu: Must be true or false$/],
    [{ latitude: 91 }, /^latitude: Must be a number from -90 to 90$/],
    [{ timeZone: 'Berlin' }, /^timeZone: It must be an IANA time zone$/],
    [{ from: 7 }, /^from: Must be an address or a network$/],
    [{ from: 'nobody' }, /neither an address nor a network$/],
    [{ at: 'noon' }, /^at: "noon" is no moment/],
    [{ latency: { us: -1 } }, /^latency\.us: Must be a number from 0$/],
    [{ load: { us: Number.NaN } }, /^load\.us: Must be a number from 0$/],
    [{ load: 1 }, /^load: Must be an object, such as/],
    [{ health: { us: 'sick' } }, /^health\.us: Must be one of up, degraded, down$/],
    [{ seed: 1.5 }, /^seed: Must be a whole number/],
    [{ transport: 'quic' }, /^transport: Must be one of udp, tcp, tls, https$/],
    [{ local: 'here' }, /^local: Must be an address, such as "192\.0\.2\.53"$/],
    [{ resolver: '192.0.2.0/24' }, /^resolver: Must be an address/],
    [{ udpSize: 512 }, /^udpSize: Is a part of a case with transport: "udp"$/],
    [{ transport: 'udp', udpSize: 100 }, /^udpSize: Must be a whole number of octets from 512 to 65535$/],
  ];
  for (const [given, problem] of MISTAKES) {
    const told = read(given);
    assert.ok(!told.ok, JSON.stringify(given));
    assert.match(told.problem, problem);
  }
});
