/** Signed zones in the registry: what answer processes get, when a zone is made anew, and what is refused. */
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { silentLogger } from '../../runtime/base/log.ts';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import { signatureTimes } from '../../runtime/dnssec/signing/signature-times.ts';
import { Registry } from '../../runtime/registry/registry.ts';
import type { SigningSettings, ZoneKeys } from '../../runtime/registry/signed-zones.ts';
import type { FailedSigning } from '../../runtime/rpc/zone-signing.ts';
import type { ZoneUpdate } from '../../runtime/rpc/zone-update.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { soaFromRdata } from '../../runtime/wire/rdata/soa.ts';
import { atEnd } from '../support/at-end.ts';
import { keySource } from '../support/key-source.ts';
import { type Folder, makeFolder } from '../support/policies-folder.ts';
import { POLICY_SETTINGS, ZONE_SETTINGS } from '../support/policy-settings.ts';
import { name } from '../support/wire.ts';
import { rrsetsOf } from '../support/zone-update.ts';

const { script: prelude } = await preludeBundle();
const sandbox = new Sandbox({ spare: false, isPatient: true, prelude });
before(() => sandbox.start());
after(() => sandbox.stop());

const SIGNING: SigningSettings = {
  zones: ['*.example'],
  perZone: {},
  algorithm: 13,
  scheme: 'csk',
  validity: 1_209_600,
  denial: 'chain',
  resign: false,
};
const KEY = Buffer.from([1, 1, 3, 13, ...Buffer.alloc(64, 7)]).toString('base64');

function keysOf(since: number): ZoneKeys {
  const keys = [{ tag: 1, algorithm: 13, dnskey: KEY, signsKeys: true, signsZone: true }];
  return { keys, dnskeys: [KEY], cds: [], cdnskeys: [KEY], since };
}

interface Running extends Folder {
  readonly registry: Registry;
  readonly updates: ZoneUpdate[];
  keys: ZoneKeys | FailedSigning;
}

async function running(
  context: TestContext,
  files: Readonly<Record<string, string>>,
  changes: Partial<SigningSettings> = {},
  keys: Running['keys'] = keysOf(0),
): Promise<Running> {
  const folder = makeFolder(context, files);
  const updates: ZoneUpdate[] = [];
  const state: Running = { ...folder, updates, keys, registry: undefined as never };
  const registry = new Registry({
    version: '0',
    root: folder.root,
    settings: { zone: ZONE_SETTINGS, policy: POLICY_SETTINGS, signing: { ...SIGNING, ...changes } },
    sandbox,
    log: silentLogger(),
    keySource: keySource(() => Promise.resolve(state.keys)),
    onUpdate: (put) => void updates.push(...put),
    onTargets: () => {},
  });
  atEnd(context, () => registry.stop());
  await registry.start();
  return Object.assign(state, { registry });
}

function typesAtApex({ image, zone }: ZoneUpdate): number[] {
  return rrsetsOf({ image, zone } as ZoneUpdate).map(({ type }) => type);
}

const ZONE = '@ 300 IN SOA ns hostmaster 7 1 1 86400 1\nwww 60 IN A 192.0.2.1\n';
const POLICY = `import { definePolicy } from 'dnsteer';
export default definePolicy({
  pools: { us: { A: ['192.0.2.1'] } },
  fallback: 'us',
  hosts: { fixed: { TXT: 'x' }, '*': ({ name }) => (name === 'a' ? 'us' : { MX: '1 m.example.net' }), '*.app': () => 'us' },
});
`;

test('A signed zone has its keys, its rules, and what each host could answer', async (context) => {
  const { updates, registry } = await running(context, {
    'shop.example.ts': POLICY,
    'other.test.zone': ZONE,
  });
  const [shop, other] = ['shop.example', 'other.test'].map((zone) =>
    updates.find((update) => update.zone === zone),
  );
  assert.ok(shop?.signing !== undefined && 'keys' in shop.signing && other !== undefined);
  assert.equal(other.signing, undefined);
  const { rules, denial, hostTypes, byName, keys } = shop.signing;
  assert.deepEqual([denial, keys.length, rules.validity, rules.since], ['chain', 1, 1_209_600, 0]);
  assert.equal(rules.refresh, Math.max(403_200, ZONE_SETTINGS.expire + 86_400));
  const { A, TXT, MX } = RRTYPE;
  assert.deepEqual(hostTypes, [[TXT], [A, MX], [A]]);
  assert.deepEqual(byName, [false, true, false]);
  const types = typesAtApex(shop);
  for (const type of [RRTYPE.DNSKEY, RRTYPE.CDNSKEY]) assert.ok(types.includes(type));
  assert.ok(!typesAtApex(other).includes(RRTYPE.DNSKEY));
  const problems = registry
    .status()
    .flatMap(({ zone, problems }) => problems.map(({ code }) => `${zone} ${code}`));
  assert.deepEqual(problems, ['shop.example POLICY_TYPES']);
});

test('Other keys make the zones anew that have them, with another serial and version, and no others', async (context) => {
  const state = await running(context, { 'shop.example.ts': POLICY, 'b.example.zone': ZONE });
  const { updates, registry } = state;
  const serialOf = (update: ZoneUpdate | undefined) => {
    const soa = rrsetsOf(update ?? assert.fail()).find(({ type }) => type === RRTYPE.SOA);
    return soaFromRdata(soa?.rdatas[0] ?? new Uint8Array())?.serial ?? 0;
  };
  const before = updates.find(({ zone }) => zone === 'shop.example');
  updates.length = 0;
  await registry.keysChanged(['shop.example']);
  assert.equal(updates.length, 0);
  const later = serialOf(before) + 1000;
  state.keys = keysOf(later);
  await registry.keysChanged(['shop.example']);
  assert.deepEqual(
    updates.map(({ zone }) => zone),
    ['shop.example'],
  );
  assert.notEqual(updates[0]?.version, before?.version);
  assert.equal(serialOf(updates[0]), later);
});

test('Without a key the zone is served, and says why it has no signatures', async (context) => {
  const { updates } = await running(context, { 'b.example.zone': ZONE }, {}, { failed: 'gone' });
  assert.deepEqual(updates[0]?.signing, { failed: 'gone' });
  assert.ok(!typesAtApex(updates[0] ?? assert.fail()).includes(RRTYPE.DNSKEY));
});

test('Signatures that end before a secondary gives up are refused', async (context) => {
  const { updates, registry } = await running(context, {
    'b.example.zone': ZONE.replace('86400', '2419200'),
  });
  const [problem] = registry.status()[0]?.problems ?? [];
  assert.equal(problem?.code, 'DNSSEC_VALIDITY');
  assert.match(problem?.message ?? '', /valid for 1209600 s, and SOA expire is 2419200 s/);
  // There was no version before it: names without records get SERVFAIL, and so does whoever wants signatures.
  assert.ok(updates[0]?.signing !== undefined && 'failed' in updates[0].signing);
});

test('The SOA expire of many zones, two weeks, is no more than signatures last by themselves', async (context) => {
  const { updates } = await running(context, { 'b.example.zone': ZONE.replace('86400', '1209600') });
  const signing = updates[0]?.signing;
  assert.ok(signing !== undefined && 'keys' in signing);
  const { inception, expiration, endsAt } = signatureTimes(name('b.example.'), signing.rules, 1_800_000_000);
  assert.ok(expiration - endsAt >= 1_209_600 + 86_400 && inception < 1_800_000_000);
});

const SIGNED = `${ZONE}www 60 IN RRSIG A 13 3 60 20300101000000 20200101000000 1 b.example. AAAA
@ 60 IN DNSKEY 257 3 13 AAAA
@ 60 IN NSEC www A
`;

test('A zone that is signed elsewhere is refused, with the place of the first signature', async (context) => {
  const { registry } = await running(context, { 'b.example.zone': SIGNED });
  const [problem] = registry.status()[0]?.problems ?? [];
  assert.deepEqual([problem?.code, problem?.line], ['DNSSEC_SIGNED', 3]);
  assert.match(problem?.remedy ?? '', /"dnssec.resign: true"/);
});

test('Where it is to be signed anew, nothing of its signer is left', async (context) => {
  const { updates, registry } = await running(context, { 'b.example.zone': SIGNED }, { resign: true });
  const [update] = updates;
  assert.ok(update?.signing !== undefined && 'keys' in update.signing);
  assert.deepEqual(registry.status()[0]?.problems, []);
  const sets = rrsetsOf(update);
  assert.ok(!sets.some(({ type }) => type === RRTYPE.RRSIG || type === RRTYPE.NSEC));
  const dnskeys = sets.find(({ type }) => type === RRTYPE.DNSKEY)?.rdatas ?? [];
  assert.deepEqual(
    dnskeys.map((rdata) => Buffer.from(rdata).toString('base64')),
    [KEY],
  );
});
