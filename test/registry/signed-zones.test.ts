/** Which zones are signed, and what signing adds to a zone and takes from it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  draftSigning,
  type SigningSettings,
  signingRules,
  usableKeys,
  type ZoneKeys,
} from '../../runtime/registry/signed-zones.ts';
import { addKeyRecords, firstOfSigner, withoutSignatures } from '../../runtime/registry/signing-records.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { RecordPack } from '../../runtime/zone/record-pack.ts';
import { keySource } from '../support/key-source.ts';
import { name } from '../support/wire.ts';

const COMMON = { algorithm: 13, scheme: 'csk', validity: 1_209_600, denial: 'chain', resign: false } as const;
const ZONE = name('shop.example.');
/** RDATA of a DNSKEY in base64, of a key that nobody has. */
const dnskey = (octet: number, algorithm = 13) =>
  Buffer.from([1, 1, 3, algorithm, ...Buffer.alloc(64, octet)]).toString('base64');

function settings(zones: readonly string[], perZone: SigningSettings['perZone'] = {}): SigningSettings {
  return { ...COMMON, zones, perZone };
}

function keysOf(changes: Partial<ZoneKeys> = {}): ZoneKeys {
  return { keys: [], dnskeys: [dnskey(7)], cds: [], cdnskeys: [], since: 0, ...changes };
}

function pack(
  ...records: readonly (readonly [type: number, rdata: Uint8Array, owner?: string])[]
): RecordPack {
  return RecordPack.of(
    records.map(([type, rdata, owner = 'shop.example.']) => ({ owner: name(owner), type, ttl: 300, rdata })),
  );
}

const octets = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'));

test('Zones are signed by name and by pattern', () => {
  for (const [pattern, signed, unsigned] of [
    ['*', ['example', 'shop.example'], []],
    ['shop.example', ['shop.example'], ['example', 'a.shop.example', 'workshop.example']],
    ['*.example', ['shop.example', 'a.shop.example'], ['example', 'shop.anexample']],
  ] as const) {
    for (const zone of signed) assert.ok(signingRules(zone, settings([pattern])), `${pattern} ${zone}`);
    for (const zone of unsigned)
      assert.equal(signingRules(zone, settings([pattern])), undefined, `${pattern} ${zone}`);
  }
  assert.equal(signingRules('shop.example', settings([])), undefined);
});

test('A zone may have rules of its own', () => {
  const own = settings(['*'], { 'shop.example': { denial: 'compact', resign: true } });
  assert.deepEqual(signingRules('shop.example', own), {
    ...COMMON,
    parent: undefined,
    denial: 'compact',
    resign: true,
  });
  assert.deepEqual(signingRules('constructor', own), { ...COMMON, parent: undefined });
});

test('Each rule is that of the closest pattern that has one', () => {
  const own = settings(['*'], {
    '*': { validity: 864_000, denial: 'compact' },
    '*.example': { parent: 'none', denial: 'chain' },
    '*.shop.example': { algorithm: 15 },
    'a.shop.example': { parent: 'asked' },
  });
  const ruled = (zone: string) => {
    const { algorithm, validity, denial, parent } = signingRules(zone, own) ?? assert.fail(zone);
    return [algorithm, validity, denial, parent];
  };
  assert.deepEqual(ruled('example'), [13, 864_000, 'compact', undefined]);
  assert.deepEqual(ruled('shop.example'), [13, 864_000, 'chain', 'none']);
  assert.deepEqual(ruled('b.shop.example'), [15, 864_000, 'chain', 'none']);
  assert.deepEqual(ruled('a.shop.example'), [15, 864_000, 'chain', 'asked']);
  assert.deepEqual(ruled('workshop.example'), [13, 864_000, 'chain', 'none']);
});

test('Keys are asked for where there is somebody to ask', async () => {
  const asked = settings(['shop.example']);
  assert.equal(
    await draftSigning(
      'other.example',
      asked,
      keySource(() => assert.fail('it is not to be signed')),
    ),
    undefined,
  );
  const looked = await draftSigning('shop.example', asked);
  assert.ok(looked !== undefined && looked.keys === undefined);
  const failed = await draftSigning(
    'shop.example',
    asked,
    keySource(() => Promise.resolve({ failed: 'gone' })),
  );
  assert.deepEqual(failed?.keys, { failed: 'gone' });
  assert.equal(usableKeys(failed), undefined);
  const held = await draftSigning(
    'shop.example',
    asked,
    keySource(() => Promise.resolve(keysOf())),
  );
  assert.deepEqual(usableKeys(held), keysOf());
});

test('No key is made for a zone that comes with signatures which nobody takes away', async () => {
  const asked = settings(['shop.example']);
  const never = keySource(() => assert.fail('its DS are of other keys'));
  const refused = await draftSigning('shop.example', asked, never, true);
  assert.deepEqual(refused?.keys, { failed: 'The zone is signed elsewhere' });
  const source = keySource(() => Promise.resolve(keysOf()));
  const resigned = await draftSigning('shop.example', { ...asked, resign: true }, source, true);
  assert.deepEqual(usableKeys(resigned), keysOf());
  const leaving = { ...source, isLeaving: () => Promise.resolve(true) };
  assert.deepEqual(usableKeys(await draftSigning('other.example', asked, leaving, true)), keysOf());
});

test('A zone that is to be signed no more is signed until its keys are gone', async () => {
  const asked = settings(['shop.example']);
  const leaving = { ...keySource(() => Promise.resolve(keysOf())), isLeaving: () => Promise.resolve(true) };
  const draft = await draftSigning('other.example', asked, leaving);
  assert.deepEqual([draft?.rules.goal, usableKeys(draft)], ['unsigned', keysOf()]);
  const gone = { ...leaving, keysOf: () => Promise.resolve(undefined) };
  assert.equal(await draftSigning('other.example', asked, gone), undefined);
  assert.equal((await draftSigning('shop.example', asked, leaving))?.rules.goal, undefined);
});

test('Keys become records with the TTL of the SOA, or of the set that is there', () => {
  const soa = octets(Buffer.concat([Buffer.from([0, 0]), Buffer.alloc(20)]).toString('base64'));
  const bare = pack([RRTYPE.SOA, soa]);
  assert.deepEqual(addKeyRecords(ZONE, bare, keysOf({ cds: ['AAEN'], cdnskeys: [dnskey(7)] })), []);
  assert.deepEqual(
    [...bare].map(({ type, ttl }) => [type, ttl]),
    [
      [RRTYPE.SOA, 300],
      [RRTYPE.DNSKEY, 300],
      [RRTYPE.CDS, 300],
      [RRTYPE.CDNSKEY, 300],
    ],
  );
  const stated = pack([RRTYPE.SOA, soa]);
  addKeyRecords(ZONE, stated, keysOf({ ttl: 60 }));
  assert.equal(stated.at(1).ttl, 60);
});

test('The key of another signer stands beside ours; our own is there once', () => {
  const both = pack([RRTYPE.DNSKEY, octets(dnskey(9))], [RRTYPE.DNSKEY, octets(dnskey(7))]);
  assert.deepEqual(addKeyRecords(ZONE, both, keysOf({ ttl: 60 })), []);
  assert.equal(both.size, 2);
  const other = pack([RRTYPE.DNSKEY, octets(dnskey(9))]);
  assert.deepEqual(addKeyRecords(ZONE, other, keysOf({ ttl: 60 })), []);
  assert.deepEqual(
    [...other].map(({ ttl }) => ttl),
    [300, 300],
  );
});

test('What cannot stand beside our keys is told', () => {
  const [problem, ...more] = addKeyRecords(ZONE, pack([RRTYPE.DNSKEY, octets(dnskey(9, 8))]), keysOf());
  assert.equal(more.length, 0);
  assert.match(problem?.message ?? '', /algorithm 8/);
  assert.equal(problem?.severity, 'warning');
  // Another key of the same sum, which the tag is.
  const clash = pack([RRTYPE.DNSKEY, octets(dnskey(7)).with(4, 6).with(6, 8)]);
  const [tag] = addKeyRecords(ZONE, clash, keysOf());
  assert.equal(tag?.code, 'DNSSEC_FOREIGN_KEY');
  assert.match(tag?.message ?? '', /has the key tag \d+, as has one of the keys here/);
  assert.equal(clash.size, 1);
  const [cds] = addKeyRecords(
    ZONE,
    pack([RRTYPE.CDS, Uint8Array.of(1, 2, 13, 2, 9)]),
    keysOf({ cds: ['AAAAAAA='] }),
  );
  assert.match(cds?.message ?? '', /ask for all DS to be removed/);
});

test('A zone that is signed loses all that the signer made of it, and nothing else', () => {
  const plain = pack([RRTYPE.A, Uint8Array.of(192, 0, 2, 1)], [RRTYPE.DNSKEY, octets(dnskey(9))]);
  assert.equal(firstOfSigner(plain), undefined);
  assert.equal(withoutSignatures(plain).records, plain);
  const signed = pack(
    [RRTYPE.DNSKEY, octets(dnskey(9))],
    [RRTYPE.A, Uint8Array.of(192, 0, 2, 1)],
    [RRTYPE.NSEC3PARAM, Uint8Array.of(1, 0, 0, 0, 0)],
    [RRTYPE.A, Uint8Array.of(192, 0, 2, 2), 'www.shop.example.'],
    [RRTYPE.CDS, Uint8Array.of(1, 2, 13, 2, 9)],
    [RRTYPE.DS, Uint8Array.of(1, 2, 13, 2, 9), 'sub.shop.example.'],
  );
  assert.equal(firstOfSigner(signed), 2);
  const { records, indices } = withoutSignatures(signed);
  assert.deepEqual(indices, [1, 3, 5]);
  assert.deepEqual(
    [...records].map(recordToText),
    [1, 3, 5].map((at) => recordToText(signed.at(at))),
  );
});
