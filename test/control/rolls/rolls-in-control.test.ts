/**
 * Keys of a zone that roll in control, by a hand clock and with servers that are played: what the zone gets, whom it
 * tells, and what becomes of it when the clock, the disk or the server fails.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { RollAsk, RollOutcome } from '../../../runtime/admin/roll-ask.ts';
import { createLogger } from '../../../runtime/base/log.ts';
import type { RollSettings } from '../../../runtime/control/rolls/roll-policy-of.ts';
import { KeysInUse } from '../../../runtime/control/signing/keys-in-use.ts';
import { keyTag } from '../../../runtime/dnssec/keys/dnskey.ts';
import type { DsSeen, Observations } from '../../../runtime/dnssec/rolls/observations.ts';
import type { SignedZoneFacts, SigningRules, ZoneKeys } from '../../../runtime/registry/signed-zones.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { atEnd } from '../../support/at-end.ts';
import { DEFAULTS } from '../../support/roll-settings.ts';
import { until } from '../../support/until.ts';

const RULES: SigningRules = {
  algorithm: 13,
  scheme: 'csk',
  validity: 1_209_600,
  denial: 'chain',
  resign: false,
};
const [ZONE, HOST] = ['shop.example', 'host.test'];
const START = 1_790_000_000;
const DAY = 86_400;
const FACTS: SignedZoneFacts = {
  longestTtl: 300,
  dnskeys: [],
  nameServers: [{ name: `ns1.${HOST}`, addresses: [] }],
};

class World {
  readonly folder: string;
  readonly changed: string[] = [];
  readonly log: string[] = [];
  readonly settings: { -readonly [Name in keyof RollSettings]: RollSettings[Name] };
  now = START;
  /** What the parent answers; `undefined`: nobody there answers. */
  ds: readonly DsSeen[] | undefined = [];
  keys: ZoneKeys | undefined;
  facts = FACTS;
  signing: KeysInUse;

  constructor(folder: string) {
    this.folder = folder;
    this.settings = { ...DEFAULTS, keys: path.join(folder, 'keys') };
    this.signing = this.#server();
  }

  #server(): KeysInUse {
    return new KeysInUse({
      settings: () => this.settings,
      rollsFolder: path.join(this.folder, 'rolls'),
      log: createLogger({ level: 'info', format: 'json' }, { write: (line) => this.log.push(line) > 0 }),
      onChange: (zones) => this.changed.push(...zones),
      outside: () => ({ look: () => Promise.resolve(this.#seen()), notify: () => Promise.resolve([]) }),
      now: () => 1000 * this.now,
    });
  }

  /** Ends the server, and starts another over the same folders. */
  async restart(): Promise<void> {
    await this.signing.stop();
    this.signing = this.#server();
    await this.signing.start();
  }

  /** Makes a zone as the registry does, and serves it. */
  async make(zone = ZONE, rules = RULES): Promise<ZoneKeys> {
    const keys = await this.signing.keysOf(zone, rules);
    assert.ok(keys !== undefined && !('failed' in keys), JSON.stringify(keys));
    if (zone === ZONE) this.keys = keys;
    this.signing.served(zone, zone === ZONE ? this.facts : { ...FACTS, nameServers: [] });
    return keys;
  }

  /** Looks at all servers some time later, and takes the steps that follow from that. */
  async after(seconds: number, ask: RollAsk = { do: 'confirm-clock' }): Promise<RollOutcome> {
    this.now += seconds;
    const outcome = await this.signing.obey(ZONE, ask);
    await this.make(ZONE, this.#rules);
    return outcome ?? assert.fail('the zone is not signed');
  }

  #rules = RULES;

  leave(): void {
    this.#rules = { ...RULES, goal: 'unsigned' };
  }

  get roll() {
    return this.signing.statusOf(ZONE)?.rolls ?? assert.fail('nothing rolls');
  }

  get step(): string | undefined {
    return this.roll.items.find(({ is }) => is === 'now')?.step;
  }

  #seen(): Observations {
    const { now, keys } = this;
    const place = { server: 'ns', address: '192.0.2.1', at: now };
    const tags = (which: 'signsKeys' | 'signsZone') =>
      (keys?.keys ?? []).filter((key) => key[which]).map(({ tag }) => tag);
    const published = (keys?.dnskeys ?? []).map((text) => {
      return { tag: keyTag(Buffer.from(text, 'base64')), algorithm: 13 };
    });
    const seen = {
      keys: published,
      keysTtl: 300,
      keySigners: tags('signsKeys'),
      soaSigners: tags('signsZone'),
      soaTtl: 300,
    };
    const parent = this.ds === undefined ? { failed: 'it is silent' } : {};
    const delegation = this.ds && { ds: this.ds, ttl: 3600 };
    return {
      zone: { servers: [{ ...place, seen }] },
      parent: { servers: [{ ...place, ...parent, seen: delegation }] },
    };
  }

  /** The parent does what CDS ask for. */
  obeyCds(): void {
    this.ds = (this.keys?.cds ?? []).flatMap((text) => {
      const cds = Buffer.from(text, 'base64');
      if (cds[2] === 0) return [];
      const head = { tag: cds.readUInt16BE(0), algorithm: cds[2] ?? 0, digestType: cds[3] ?? 0 };
      return [{ ...head, digest: cds.toString('hex', 4) }];
    });
  }
}

async function world(context: TestContext): Promise<World> {
  const made = new World(mkdtempSync(path.join(tmpdir(), 'dnsteer-rolls-')));
  await made.signing.start();
  atEnd(context, async () => {
    await made.signing.stop();
    rmSync(made.folder, { recursive: true });
  });
  return made;
}

/** A zone whose parent has its DS. */
async function secureZone(context: TestContext): Promise<World> {
  const made = await world(context);
  await made.make();
  await made.after(2);
  await made.after(DAY + 600);
  made.obeyCds();
  await made.after(10);
  await made.after(3600 + 600);
  assert.deepEqual([made.roll.state, made.roll.roll], ['secure', undefined]);
  return made;
}

test('A zone is signed, its parent asked once all servers show the key, and name servers vouch until there is a DS', async (context) => {
  const made = await world(context);
  await made.make(HOST);
  assert.deepEqual((await made.make()).cds, []);
  await made.after(2);
  assert.equal(made.step, 'cache-expired1');
  assert.deepEqual(made.keys?.cds, []);
  await made.after(DAY + 600);
  assert.equal(made.step, 'propagation2');
  assert.deepEqual([made.keys?.cds.length, made.keys?.cdnskeys], [1, made.keys?.dnskeys]);
  await until(
    () => Promise.resolve(made.changed),
    (changed) => changed.includes(HOST),
  );
  const { signals = [] } = await made.make(HOST);
  assert.deepEqual(
    signals.map(({ type, rdata }) => [type, rdata]),
    [
      [RRTYPE.CDS, made.keys?.cds[0]],
      [RRTYPE.CDNSKEY, made.keys?.cdnskeys[0]],
    ],
  );
  assert.equal(
    Buffer.from(signals[0]?.owner ?? '', 'base64').toString('latin1'),
    '\x07_dsboot\x04shop\x07example\x07_signal\x03ns1\x04host\x04test\x00',
  );
  assert.match(made.roll.blocked.map(({ text }) => text).join(), /ns at 192\.0\.2\.1 has no DS of key/);
  await until(
    () => Promise.resolve(made.signing.warnings().join('\n')),
    (warnings) => /shop\.example: The parent is asked to show a DS since 20/.test(warnings),
  );
  made.obeyCds();
  await made.after(10);
  assert.deepEqual(made.keys?.cds, []);
  await made.after(3600 + 600);
  assert.deepEqual([made.roll.state, made.roll.roll], ['secure', undefined]);
  assert.equal((await made.make(HOST)).signals, undefined);
});

test('A key is replaced when an operator says so, whatever the server lives through meanwhile', async (context) => {
  const made = await secureZone(context);
  const [old] = made.keys?.dnskeys ?? [];
  assert.equal((await made.after(1, { do: 'start', roll: undefined })).kind, 'obeyed');
  assert.equal(made.keys?.dnskeys.length, 2);
  const again = await made.after(1, { do: 'start', roll: 'csk' });
  assert.deepEqual(again, { kind: 'refused', why: 'a roll (csk) goes on already' });
  const { dnskeys } = made.keys ?? {};
  await made.restart();
  assert.deepEqual((await made.make()).dnskeys, dnskeys);
  await made.after(2);
  await made.after(DAY + 600);
  assert.equal(made.step, 'propagation2');
  await made.restart();
  await made.make();
  assert.equal(made.keys?.cds.length, 1);
  made.obeyCds();
  await made.after(2);
  await made.after(3600 + 600);
  assert.equal(made.roll.roll, undefined);
  assert.equal(made.keys?.dnskeys.length, 1);
  assert.notEqual(made.keys?.dnskeys[0], old);
});

test('A zone that is to be unsigned is signed until no server of its parent has a DS', async (context) => {
  const made = await secureZone(context);
  assert.match(JSON.stringify(await made.after(1, { do: 'start', roll: 'unsign' })), /want the zone signed/);
  made.leave();
  await made.restart();
  assert.equal(await made.signing.isLeaving(ZONE), true);
  assert.equal(await made.signing.isLeaving('other.example'), false);
  await made.make(ZONE, { ...RULES, goal: 'unsigned' });
  await made.after(1);
  assert.match(made.roll.blocked.map(({ text }) => text).join(), /waits for an operator's "start"/);
  assert.equal((await made.after(1, { do: 'start', roll: 'unsign' })).kind, 'obeyed');
  assert.equal(Buffer.from(made.keys?.cds[0] ?? '', 'base64').toString('hex'), '0000000000');
  await made.after(30 * DAY);
  // No command makes up for a DS that is seen.
  assert.match(JSON.stringify(await made.after(1, { do: 'continue' })), /"refused".*still answers DS/);
  assert.equal(made.keys?.dnskeys.length, 1);
  made.obeyCds();
  await made.after(2);
  made.now += 2 * DAY;
  await made.signing.obey(ZONE, { do: 'confirm-clock' });
  assert.equal(await made.signing.keysOf(ZONE, { ...RULES, goal: 'unsigned' }), undefined);
  assert.equal(await made.signing.isLeaving(ZONE), false);
});

test('With a clock before the last step nothing new is signed, and what is there goes on', async (context) => {
  const made = await secureZone(context);
  const before = made.keys;
  made.now -= 365 * DAY;
  assert.deepEqual(await made.make(), before);
  await until(
    () => Promise.resolve(made.signing.warnings().join('\n')),
    (warnings) => warnings.includes('Nothing new is signed, as the clock says'),
  );
  await made.restart();
  const keys = await made.signing.keysOf(ZONE, RULES);
  assert.match(
    JSON.stringify(keys),
    /"failed":"Nothing new is signed, as the clock says less than at the last step, which was at 20/,
  );
  made.now += 5;
  assert.deepEqual(await made.signing.keysOf(ZONE, RULES), keys, 'the zone is not made anew as time passes');
  made.now += 365 * DAY;
  assert.deepEqual(await made.make(), before);
});

test('A clock that has leapt ahead stops rolls until it is confirmed, and no signature', async (context) => {
  const made = await secureZone(context);
  made.now += 365 * DAY;
  await made.restart();
  const keys = await made.make();
  await made.signing.obey(ZONE, { do: 'continue' });
  const outcome = await made.signing.obey(ZONE, { do: 'start', roll: 'csk' });
  assert.equal(outcome?.kind, 'refused', JSON.stringify(outcome));
  assert.deepEqual(await made.make(), keys);
  assert.equal((await made.after(1)).kind, 'obeyed');
  assert.equal((await made.after(1, { do: 'start', roll: 'csk' })).kind, 'obeyed');
});

test('Where the state cannot be written no step is taken, and the zone keeps its keys', async (context) => {
  const made = await secureZone(context);
  const before = made.keys;
  const rolls = path.join(made.folder, 'rolls');
  renameSync(rolls, `${rolls}.away`);
  writeFileSync(rolls, 'no folder');
  const outcome = await made.after(1, { do: 'start', roll: 'csk' });
  assert.match(JSON.stringify(outcome), /"refused".*The state of the roll cannot be written/);
  assert.deepEqual(made.keys, before);
  assert.match(made.signing.statusOf(ZONE)?.problem ?? '', /cannot be written/);
  rmSync(rolls);
  renameSync(`${rolls}.away`, rolls);
  assert.equal((await made.after(1, { do: 'start', roll: 'csk' })).kind, 'obeyed');
  assert.equal(made.keys?.dnskeys.length, 2);
});

test('A server that begins to follow forgets its state, and one that rolls again looks at everything anew', async (context) => {
  const made = await secureZone(context);
  const { dnskeys } = made.keys ?? {};
  made.settings.rolls = false;
  assert.deepEqual((await made.make()).dnskeys, dnskeys);
  assert.match(JSON.stringify(await made.after(1, { do: 'continue' })), /another server rolls/);
  // The zone is signed as long as the files say so, whatever the settings here do.
  assert.equal(await made.signing.isLeaving(ZONE), true);
  made.settings.rolls = true;
  assert.deepEqual((await made.make()).dnskeys, dnskeys);
  assert.equal(made.roll.roll, 'sign');
});

test('The key of another signer is in DNSKEY and in what the parent is asked for, and is no alarm', async (context) => {
  const made = await world(context);
  const foreign = Buffer.concat([Buffer.from([1, 1, 3, 13]), Buffer.alloc(64, 7)]).toString('base64');
  made.facts = { ...FACTS, dnskeys: [foreign] };
  await made.make();
  await made.make();
  assert.deepEqual([made.keys?.dnskeys.length, made.keys?.dnskeys.includes(foreign)], [2, true]);
  assert.equal(made.keys?.keys.length, 1);
  await made.after(2);
  assert.deepEqual([made.step, made.roll.alarms], ['cache-expired1', []]);
  await made.after(DAY + 600);
  assert.deepEqual(
    [made.step, made.keys?.cdnskeys.toSorted()],
    ['propagation2', made.keys?.dnskeys.toSorted()],
  );
});
