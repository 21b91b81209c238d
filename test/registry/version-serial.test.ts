/** Serials of zones that are signed here: they go up with each change of keys and signatures, across restarts too. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { silentLogger } from '../../runtime/base/log.ts';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import { signatureTimes } from '../../runtime/dnssec/signing/signature-times.ts';
import { Registry } from '../../runtime/registry/registry.ts';
import type { SigningSettings, ZoneKeys } from '../../runtime/registry/signed-zones.ts';
import type { ZoneUpdate } from '../../runtime/rpc/zone-update.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { soaFromRdata } from '../../runtime/wire/rdata/soa.ts';
import { KEYS } from '../answer/signing-source.ts';
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

const DAY = 86_400;
const NOW = 1_795_000_000;
const SIGNING: SigningSettings = {
  zones: ['*'],
  perZone: {},
  algorithm: 13,
  scheme: 'csk',
  validity: 14 * DAY,
  denial: 'chain',
  resign: false,
};
const OWN = '@ 300 SOA ns h 5 3600 600 86400 60\n@ 300 NS ns.example.\n';

class World {
  now = NOW;
  since = NOW - DAY;
  isSigned = true;
  readonly put: ZoneUpdate[] = [];
  readonly folder: Folder;
  readonly #context: TestContext;

  constructor(context: TestContext, files: Readonly<Record<string, string>>) {
    this.#context = context;
    this.folder = makeFolder(context, files);
  }

  async start(): Promise<Registry> {
    const registry = new Registry({
      version: '0',
      root: this.folder.root,
      lastGood: path.join(this.folder.parent, 'state'),
      settings: {
        zone: ZONE_SETTINGS,
        policy: POLICY_SETTINGS,
        ...(this.isSigned && { signing: SIGNING }),
      },
      keySource: keySource(() => Promise.resolve(this.#keys())),
      now: () => this.now * 1000,
      sandbox,
      log: silentLogger(),
      onUpdate: (updates) => void this.put.push(...updates),
      onTargets: () => {},
    });
    atEnd(this.#context, () => registry.stop());
    await registry.start();
    return registry;
  }

  /** Of the version that was handed on last. */
  get serial(): number {
    const update = this.put.at(-1) ?? assert.fail('a version was handed on');
    const soa = rrsetsOf(update).find(({ type }) => type === RRTYPE.SOA);
    return soaFromRdata(soa?.rdatas[0] ?? new Uint8Array())?.serial ?? assert.fail('with an SOA');
  }

  /** When the signatures of the zone are made anew next. */
  turn(zone: string, expire: number): number {
    const refresh = Math.max(Math.ceil((14 * DAY) / 3), expire + DAY);
    return signatureTimes(name(`${zone}.`), { validity: 14 * DAY, refresh, since: this.since }, this.now)
      .endsAt;
  }

  #keys(): ZoneKeys {
    const dnskey = Buffer.from(KEYS[0].dnskey).toString('base64');
    const role = { tag: 1, algorithm: 13, dnskey, signsKeys: true, signsZone: true };
    return { keys: [role], dnskeys: [dnskey], cds: [], cdnskeys: [], since: this.since };
  }
}

test('The serial of an SOA in a file goes up when signatures are made anew, when keys change, and past the file', async (t) => {
  const world = new World(t, { 'own.example.zone': OWN });
  const registry = await world.start();
  assert.equal(world.serial, 5);

  world.now = world.turn('own.example', 86_400) - 1;
  await registry.signaturesTurned();
  assert.equal(world.put.length, 1);
  world.now += 1;
  await registry.signaturesTurned();
  assert.equal(world.serial, 6);
  await registry.signaturesTurned();
  assert.equal(world.put.length, 2);

  world.since = world.now;
  await registry.keysChanged(['own.example']);
  assert.equal(world.serial, 7);

  world.folder.write('own.example.zone', OWN.replace(' 5 ', ' 6 '));
  await registry.reload();
  assert.equal(world.serial, 8);
  world.folder.write('own.example.zone', OWN.replace(' 5 ', ' 20 '));
  await registry.reload();
  assert.equal(world.serial, 20);
});

test('It goes on where it was after a restart', async (t) => {
  const world = new World(t, { 'own.example.zone': OWN });
  const first = await world.start();
  world.now = world.turn('own.example', 86_400);
  await first.signaturesTurned();
  await first.stop();
  const second = await world.start();
  assert.equal(world.serial, 6);
  await second.stop();
  world.now = world.turn('own.example', 86_400);
  await world.start();
  assert.equal(world.serial, 7);
});

test('A zone that is not signed keeps the serial of its file; the first signatures are a change', async (t) => {
  const world = new World(t, { 'own.example.zone': OWN });
  world.isSigned = false;
  const unsigned = await world.start();
  assert.equal(world.serial, 5);
  await unsigned.stop();
  world.isSigned = true;
  await world.start();
  assert.equal(world.serial, 6);
});

test('The serial of an SOA that is made here is when its signatures begin, the same on each server', async (t) => {
  const serials: number[] = [];
  for (const _ of [1, 2]) {
    const world = new World(t, { 'made.example.zone': '@ 300 TXT "v"\n' });
    world.now = Math.floor(Date.now() / 1000) + 100 * DAY;
    const registry = await world.start();
    world.now = world.turn('made.example', ZONE_SETTINGS.expire);
    await registry.signaturesTurned();
    assert.equal(world.serial, world.now);
    serials.push(world.serial);
  }
  assert.equal(serials[0], serials[1]);
});

test('Where a policy decides names, no transfer holds signatures, and the serial stays', async (t) => {
  const policy = `import { definePolicy } from 'dnsteer';
export default definePolicy({ fallback: { A: ['192.0.2.1'] }, hosts: { www: { A: ['192.0.2.1'] } } });`;
  const world = new World(t, { 'own.example.zone': OWN, 'own.example.ts': policy });
  const registry = await world.start();
  world.now += 100 * DAY;
  await registry.signaturesTurned();
  assert.equal(world.put.length, 1);
  assert.equal(world.serial, 5);
});
