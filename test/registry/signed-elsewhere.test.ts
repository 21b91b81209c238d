/** Zones that come signed: what is told of them, what is refused, and what is taken away. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AssembledRecords,
  type AssembleTask,
  assembleRecords,
} from '../../runtime/registry/record-tasks.ts';
import { RecordPack } from '../../runtime/zone/record-pack.ts';
import { openZone } from '../../runtime/zone/zone.ts';
import { parseZone } from '../../runtime/zone/zone-file.ts';
import { tablesIn } from '../../runtime/zone/zone-image.ts';
import { signZone } from '../support/sign-zone.ts';
import { name } from '../support/wire.ts';

const ORIGIN = 'shop.example.';
const PLAIN = `@ 300 SOA ns h 7 3600 600 86400 60
@ 300 NS ns
ns 300 A 192.0.2.53
a.b 300 A 192.0.2.1
sub 300 NS ns.other.example.
`;
const SIGNED = {
  nsec: signZone({ origin: ORIGIN, text: PLAIN }).text,
  nsec3: signZone({ origin: ORIGIN, text: PLAIN, denial: 'nsec3' }).text,
};

const SETTINGS = {
  nameServers: [],
  ttl: 300,
  negativeTtl: 60,
  refresh: 3600,
  retry: 600,
  expire: 86_400,
  ownAddresses: [],
};

function assembled(text: string, changes: Partial<AssembleTask> = {}): Promise<AssembledRecords> {
  const { records, places } = parseZone(text, { origin: name(ORIGIN) });
  return assembleRecords({
    kind: 'assemble',
    origin: name(ORIGIN),
    records: records.octets.slice(),
    places: places.columns,
    ofPolicy: new RecordPack().octets,
    hosts: [],
    settings: SETTINGS,
    serial: 1,
    ...changes,
  });
}

/** Codes and severities with what was said. */
async function problems(text: string, changes?: Partial<AssembleTask>): Promise<string[]> {
  const { diagnostics } = await assembled(text, changes);
  return diagnostics.map(({ code, severity, message }) => `${code} ${severity}: ${message}`);
}

/** Without the records that a pattern matches; a record is a line. */
function without(text: string, pattern: RegExp): string {
  return text
    .split('\n')
    .filter((line) => !pattern.test(line))
    .join('\n');
}

for (const [denial, text] of Object.entries(SIGNED)) {
  test(`A zone that is signed as a whole is served as it is, without a word (${denial})`, async () => {
    const { diagnostics, isSignedElsewhere } = await assembled(text);
    assert.deepEqual(diagnostics, []);
    assert.ok(isSignedElsewhere);
  });

  test(`Beside hosts of a policy it is refused, unless it is to be signed anew (${denial})`, async () => {
    const hosts = [{ name: name(`www.${ORIGIN}`), isAlias: false }];
    assert.deepEqual(await problems(text, { hosts }), [
      'DNSSEC_SIGNED error: The zone is signed elsewhere, and its policy decides www.shop.example., which nobody there signs',
    ]);
    const signing = { resign: true, keys: undefined };
    const anew = await assembled(text, { hosts, signing });
    assert.deepEqual(anew.diagnostics, []);
    assert.ok(!anew.isSignedElsewhere);
    assert.equal(anew.image.length, (await assembled(PLAIN, { hosts, signing })).image.length);
  });

  test(`To be signed here without that, it is refused (${denial})`, async () => {
    const [problem, ...others] = await problems(text, { signing: { resign: false, keys: undefined } });
    assert.match(problem ?? '', /^DNSSEC_SIGNED error: The zone is signed elsewhere .* signed here$/);
    assert.deepEqual(others, []);
  });
}

test('Missing signatures, keys and proofs are told', async () => {
  const [half, ...others] = await problems(without(SIGNED.nsec, /^a\.b.*RRSIG\s+A /));
  assert.match(
    half ?? '',
    /^DNSSEC_UNSOUND warning: 1 of \d+ record sets of the zone have no signature, A of a\.b\.shop\.example\. the first/,
  );
  assert.deepEqual(others, []);
  assert.deepEqual(await problems(without(SIGNED.nsec, /\sDNSKEY\s/)), [
    'DNSSEC_UNSOUND warning: The zone has signatures, and no DNSKEY to verify them with',
  ]);
  assert.deepEqual(await problems(without(SIGNED.nsec, /\sNSEC\s/)), [
    'DNSSEC_UNSOUND warning: The zone has signatures, and no NSEC or NSEC3 record at its name: no denial can be proved',
  ]);
  assert.deepEqual(await problems(without(SIGNED.nsec3, /\sNSEC3PARAM\s/)), [
    'DNSSEC_UNSOUND warning: The zone has NSEC3 records, and no NSEC3PARAM at its name',
  ]);
  const [orphan] = await problems(without(SIGNED.nsec3, /\sRRSIG\s+NSEC3 /));
  assert.match(orphan ?? '', /^DNSSEC_UNSOUND warning: 5 of \d+ .*, NSEC3 of /);
});

test('Signatures that have ended are told with the date', async () => {
  const ended = SIGNED.nsec.replace(/(RRSIG\s+A 13 \d \d+ )\d{14}/, '$120240102030405');
  assert.deepEqual(await problems(ended), [
    'DNSSEC_EXPIRED warning: Signatures of the zone ended on 2024-01-02T03:04:05.000Z: resolvers that validate refuse it',
  ]);
});

test('RFC 9276 §3.2: a zone whose names are hashed over and over is refused', async () => {
  const dear = (iterations: number) =>
    SIGNED.nsec3.replaceAll(/(NSEC3(?:PARAM)?\s+1 [01]) 0 /g, `$1 ${iterations} `);
  assert.deepEqual(await problems(dear(150)), []);
  const [problem, ...others] = await problems(dear(151));
  assert.match(problem ?? '', /^DNSSEC_ITERATIONS error: .* 151 times over/);
  assert.deepEqual(others, []);
});

test('All that the signer made is in the image, each signature with its own TTL', async () => {
  for (const text of Object.values(SIGNED)) {
    const { image } = await assembled(text);
    const zone = openZone(name(ORIGIN), tablesIn(image), undefined);
    const there = [...zone.index.records()].map(({ type, ttl }) => `${type} ${ttl}`).toSorted();
    const { records } = parseZone(text, { origin: name(ORIGIN) });
    assert.deepEqual(there, [...records].map(({ type, ttl }) => `${type} ${ttl}`).toSorted());
  }
});

test('When the first set has no signature any more is told, whatever proves denials', async () => {
  const inAWeek = Math.floor(Date.now() / 1000) + 7 * 86_400;
  const written = new Date(inAWeek * 1000).toISOString().replaceAll(/\D/g, '').slice(0, 14);
  for (const text of Object.values(SIGNED)) {
    const sooner = text.replace(/(RRSIG\s+A 13 \d \d+ )\d{14}/, `$1${written}`);
    assert.equal((await assembled(sooner)).signaturesEnd, inAWeek);
  }
  assert.equal((await assembled(PLAIN)).signaturesEnd, undefined);
});
