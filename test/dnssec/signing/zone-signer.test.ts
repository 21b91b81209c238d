import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { name } from '../../support/wire.ts';
import {
  assertSigned,
  DAY,
  NOW,
  newKey,
  RULES,
  type SignedSet,
  SigningWorld,
  signaturesOf,
  splitRrsig,
} from './signing-world.ts';

function addresses(owner: string, ...last: number[]): SignedSet {
  const rdatas = last.map((octet) => Uint8Array.of(192, 0, 2, octet));
  return { owner: name(owner), type: RRTYPE.A, ttl: 300, rdatas };
}

function keySet(type: number, owner = 'example.'): SignedSet {
  return { owner: name(owner), type, ttl: 3600, rdatas: [Uint8Array.of(1, 1, 3, 13, 7)] };
}

for (const algorithm of [13, 15]) {
  test(`A signature of algorithm ${algorithm} is that of the set`, () => {
    const key = newKey(algorithm);
    const signer = new SigningWorld().signer([key], 'Example.');
    const set = addresses('www.example.', 3, 1, 2);
    const [rrsig, ...more] = signaturesOf(signer, set) ?? [];
    assert.ok(rrsig !== undefined && more.length === 0);
    assertSigned(set, rrsig, key.publicKey);
    const { fields } = splitRrsig(rrsig);
    const { inception, expiration } = signer.times;
    assert.deepEqual(fields, {
      type: RRTYPE.A,
      algorithm,
      labels: 2,
      ttl: 300,
      expiration,
      inception,
      tag: key.key.tag,
      signer: '\u0007example\0',
    });
  });
}

test('A signature is made once, whatever the order of the records, and found by what it signs alone', () => {
  const world = new SigningWorld();
  const signer = world.signer([newKey()]);
  const first = signaturesOf(signer, addresses('www.example.', 1, 2, 3));
  for (const order of [
    [2, 3, 1],
    [3, 2, 1],
    [1, 1, 3, 2],
  ]) {
    assert.deepEqual(signaturesOf(signer, addresses('www.example.', ...order)), first);
  }
  assert.deepEqual([world.budget.made, world.memory.found], [1, 3]);
  signaturesOf(signer, addresses('www.example.', 1, 2));
  signaturesOf(signer, addresses('ww2.example.', 1, 2, 3));
  signaturesOf(signer, { ...addresses('www.example.', 1, 2, 3), ttl: 60 });
  signaturesOf(signer, { ...addresses('www.example.', 1, 2, 3), type: 65_280 });
  assert.deepEqual([world.budget.made, world.memory.found], [5, 3]);
});

test('What is found again costs no object', () => {
  const signer = new SigningWorld().signer([newKey()]);
  signaturesOf(signer, addresses('www.example.', 1));
  const found = signaturesOf(signer, addresses('www.example.', 1));
  assert.equal(signaturesOf(signer, addresses('www.example.', 1)), found);
});

test('Keys sign what is theirs, a set once by each', () => {
  const ksk = newKey(13, 257, { signsZone: false });
  const zsk = newKey(13, 256, { signsKeys: false });
  const other = newKey(15, 257);
  const signer = new SigningWorld().signer([ksk, zsk, other]);
  const tags = (set: SignedSet) =>
    signaturesOf(signer, set)?.map((rrsig) => splitRrsig(rrsig).fields.tag) ?? [];
  const [kskTag, zskTag, otherTag] = [ksk.key.tag, zsk.key.tag, other.key.tag];
  for (const type of [RRTYPE.DNSKEY, RRTYPE.CDS, RRTYPE.CDNSKEY]) {
    assert.deepEqual(tags(keySet(type)), [kskTag, otherTag]);
    assert.deepEqual(tags(keySet(type)), [kskTag, otherTag], 'found again');
  }
  // RFC 9615 §2.2: CDS of another zone, which is data like any other here.
  assert.deepEqual(tags(keySet(RRTYPE.CDS, '_dsboot.shop._signal.example.')), [zskTag, otherTag]);
  assert.deepEqual(tags(addresses('example.', 1)), [zskTag, otherTag]);
});

test('Labels count neither the root nor a leading asterisk', () => {
  const signer = new SigningWorld().signer([newKey()]);
  const labels = (owner: string) =>
    signaturesOf(signer, addresses(owner, 1))?.map((rrsig) => splitRrsig(rrsig).fields.labels);
  assert.deepEqual(labels('example.'), [1]);
  assert.deepEqual(labels('*.example.'), [1]);
  assert.deepEqual(labels('a.*.example.'), [3]);
  assert.deepEqual(labels('*a.example.'), [2]);
  const root = new SigningWorld().signer([newKey()], '.');
  const [rrsig = new Uint8Array(0)] = signaturesOf(root, addresses('.', 1)) ?? [];
  assert.equal(splitRrsig(rrsig).fields.labels, 0);
});

test('Without time what is there is found; what is not is put off over UDP and made over TCP', () => {
  const world = new SigningWorld();
  const signer = world.signer([newKey()]);
  const [known, unknown] = [addresses('a.example.', 1), addresses('b.example.', 1)];
  assert.ok(signaturesOf(signer, known, true));
  world.exhaust();
  assert.ok(signaturesOf(signer, known, true));
  assert.equal(signaturesOf(signer, unknown, true), undefined);
  assert.ok(signaturesOf(signer, unknown, false));
  assert.ok(signaturesOf(signer, unknown, true));
  assert.equal(world.budget.putOff, 1);
});

test('When a period turns, signatures are made anew; for a day those before stand in where there is no time', () => {
  const world = new SigningWorld();
  const key = newKey();
  const signer = world.signer([key]);
  const set = addresses('www.example.', 1);
  const { period } = signer;
  const before = signaturesOf(signer, set);
  const { endsAt } = signer.times;
  world.now = endsAt - 1;
  assert.equal(signer.period, period);
  world.now = endsAt;
  assert.notEqual(signer.period, period);
  world.exhaust();
  assert.deepEqual(signaturesOf(signer, set, true), before);
  const [anew = new Uint8Array(0)] = signaturesOf(signer, set, false) ?? [];
  assertSigned(set, anew, key.publicKey);
  const { inception, expiration } = splitRrsig(anew).fields;
  assert.deepEqual([inception, expiration], [endsAt - 3600, endsAt + RULES.validity]);
  assert.deepEqual(signaturesOf(signer, set, true), [anew]);
  const inGrace = signer.period;
  world.now = endsAt + DAY;
  assert.notEqual(signer.period, inGrace, 'what was kept meanwhile may be older');
  world.exhaust();
  assert.equal(signaturesOf(signer, addresses('other.example.', 1), true), undefined);
  assert.equal(world.memory.size, 1);
});

test('A version that is published on the day after a period finds its signatures as well', () => {
  const world = new SigningWorld();
  const keys = [newKey()];
  const set = addresses('www.example.', 1);
  const first = world.signer(keys);
  const before = signaturesOf(first, set);
  world.now = first.times.endsAt;
  world.exhaust();
  assert.deepEqual(signaturesOf(first, set, true), before);
  const second = world.signer(keys);
  first.close();
  assert.deepEqual(signaturesOf(second, set, true), before);
  world.now += DAY;
  assert.equal(signaturesOf(second, set, true), undefined);
  second.close();
  assert.deepEqual([world.memory.size, world.memory.octets], [0, 0]);
});

test('A clock that is set back or ahead has signatures made for the time that it shows', () => {
  const world = new SigningWorld();
  const signer = world.signer([newKey()]);
  const set = addresses('www.example.', 1);
  for (const year of [1, -1, 0]) {
    world.now = NOW + 365 * DAY * year;
    const [rrsig = new Uint8Array(0)] = signaturesOf(signer, set, true) ?? [];
    const { inception, expiration } = splitRrsig(rrsig).fields;
    assert.ok(inception <= world.now - 3600 && expiration > world.now + RULES.refresh);
    world.exhaust();
    assert.ok(signaturesOf(signer, set, true));
    world.ms += 1000;
  }
});

test('Signatures outlive a version whose successor has the same keys and content, and no others do', () => {
  const world = new SigningWorld();
  const keys = [newKey()];
  const first = world.signer(keys);
  for (const host of ['a', 'b', 'c']) signaturesOf(first, addresses(`${host}.example.`, 1));
  const second = world.signer(keys);
  first.close();
  assert.equal(second.prepare(...argumentsOf(addresses('a.example.', 1))), false);
  assert.equal(second.prepare(...argumentsOf(addresses('b.example.', 2))), true);
  second.settle();
  assert.deepEqual([world.budget.made, world.memory.size], [4, 2]);
  const third = world.signer([newKey()]);
  second.close();
  assert.deepEqual([world.memory.size, world.memory.octets], [0, 0]);
  assert.equal(third.prepare(...argumentsOf(addresses('a.example.', 1))), true);
  third.close();
  assert.deepEqual([world.memory.size, world.memory.octets], [0, 0]);
});

function argumentsOf({ owner, type, ttl, rdatas }: SignedSet) {
  return [owner, owner.length, type, ttl, rdatas] as const;
}
