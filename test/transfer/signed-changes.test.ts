/**
 * Zones that control signs for all processes: whatever changes, records, keys or time alone, what a secondary makes of its
 * copy by IXFR is what AXFR gives, octet for octet, from any process; and all of it is signed.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { learnSignatures } from '../../runtime/answer/zones/learn-signatures.ts';
import { buildServedZone } from '../../runtime/answer/zones/served-zone.ts';
import { pkcs8Of } from '../../runtime/dnssec/keys/signing-key.ts';
import { partTimes } from '../../runtime/dnssec/signing/part-times.ts';
import { signatureTimes } from '../../runtime/dnssec/signing/signature-times.ts';
import { History } from '../../runtime/journal/history.ts';
import { type JournalOutcome, keepJournal } from '../../runtime/journal/journal-task.ts';
import type { ZoneSigning } from '../../runtime/rpc/zone-signing.ts';
import { IncomingZone } from '../../runtime/transfer/incoming.ts';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { RCODE } from '../../runtime/wire/iana/rcode.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import type { Message } from '../../runtime/wire/message.ts';
import { type ResourceRecord, recordToText } from '../../runtime/wire/record.ts';
import { RecordPack } from '../../runtime/zone/record-pack.ts';
import { draftZone } from '../../runtime/zone/zone-draft.ts';
import { parseZone } from '../../runtime/zone/zone-file.ts';
import { imageOf, tablesIn, type ZoneImage } from '../../runtime/zone/zone-image.ts';
import { ZoneIndex } from '../../runtime/zone/zone-index.ts';
import { Server } from '../answer/server.ts';
import { assertSigned, DAY, newKey, splitRrsig, type TestKey } from '../dnssec/signing/signing-world.ts';
import { packet } from '../support/packet.ts';
import { must, name } from '../support/wire.ts';
import { transferSettings } from './keys.ts';

const ZONE = 'example.com';
const ORIGIN = name(`${ZONE}.`);
const VALIDITY = 14 * DAY;
const REFRESH = 5 * DAY;
const PERIOD = VALIDITY - REFRESH;

const KEYS = [newKey(), newKey(15), newKey(13, 256, { signsKeys: false })] as const;
/** Keys that sign by turns: a CSK, two of them, another algorithm, and a KSK with a ZSK. */
const KEY_SETS: readonly (readonly TestKey[])[] = [
  [KEYS[0]],
  [KEYS[0], KEYS[1]],
  [KEYS[1]],
  [{ ...KEYS[0], signsZone: false }, KEYS[2]],
];

interface State {
  readonly hosts: readonly string[];
  readonly ttl: number;
  readonly keys: readonly TestKey[];
  readonly since: number;
}

interface Signed {
  readonly serial: number;
  readonly signing: ZoneSigning;
  readonly image: ZoneImage;
  readonly outcome: JournalOutcome;
  readonly records: readonly ResourceRecord[];
}

/** Control, with a clock turned by hand. Each version is read from and written to the disk, as after a restart. */
class Control {
  now: number;
  serial = 7;
  readonly file: string;

  constructor(context: TestContext | undefined, now: number) {
    const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-signed-'));
    context?.after(() => rmSync(folder, { recursive: true, force: true }));
    this.now = now;
    this.file = path.join(folder, 'journal');
  }

  async publish({ hosts, ttl, keys, since }: State, mostOctets = 2 ** 22): Promise<Signed> {
    this.serial += 1;
    const text = `@ 300 SOA ns h ${this.serial} 3600 600 86400 60\n@ 300 NS ns\nns 300 A 127.0.0.1
${hosts.map((host) => `${host} ${ttl} A 192.0.2.1\n${host} ${ttl} A 192.0.2.2\n`).join('')}`;
    const { records } = parseZone(text, { origin: ORIGIN });
    const dnskeys = keys.map(({ key: { dnskey } }) => ({
      owner: ORIGIN,
      type: RRTYPE.DNSKEY,
      ttl: 300,
      rdata: dnskey,
    }));
    const all = RecordPack.of([...records, ...dnskeys]);
    const image = imageOf(draftZone(ORIGIN, all, [], { isSigned: true }).tables);
    const rules = { validity: VALIDITY, refresh: REFRESH, since };
    const at = partTimes(ORIGIN, rules, this.now).begin;
    const roles = keys.map(({ key, signsKeys, signsZone }) => ({
      tag: key.tag,
      algorithm: key.algorithm,
      signsKeys,
      signsZone,
      dnskey: Buffer.from(key.dnskey).toString('base64'),
      pkcs8: Buffer.from(pkcs8Of(key)).toString('base64'),
    }));
    const outcome = await keepJournal({
      zone: ZONE,
      image,
      file: this.file,
      mostOctets,
      passedOver: [],
      signing: { keys: roles, rules, at },
    });
    assert.ok(outcome?.signed);
    const signing: ZoneSigning = {
      keys: roles,
      denial: 'chain',
      rules,
      hostTypes: [],
      byName: [],
      wholeAt: at,
    };
    const signed = [...new ZoneIndex(ORIGIN, tablesIn(outcome.signed)).records()];
    return { serial: this.serial, signing, image, outcome, records: signed };
  }
}

/** A process that has what control has told it. */
function processOf({ signing, image, outcome }: Signed, keys: readonly TestKey[], isTold = true): Server {
  const server = new Server({ transfers: transferSettings({ allow: [{ from: '0.0.0.0/0' }] }) });
  const { health, counters, memory, signing: parts } = server;
  const held = keys.map(({ key }) => ({
    tag: key.tag,
    dnskey: Buffer.from(key.dnskey).toString('base64'),
    pkcs8: Buffer.from(pkcs8Of(key)).toString('base64'),
  }));
  parts.keys.take([{ zone: ZONE, keys: held }]);
  const update = { zone: ZONE, version: '1', image, signing };
  const zone = buildServedZone(update, { health, counters, memory, signing: parts });
  if (isTold) {
    learnSignatures(zone, outcome.signed ?? assert.fail());
    zone.attachment.history = new History(outcome.history);
  }
  server.zones.put(zone);
  return server;
}

function ask(server: Server, serial?: number): Message[] {
  const times = (serial ?? 0).toString(16).padStart(8, '0') + '00000001'.repeat(4);
  const soa = `c00c 0006 0001 00000000 0016 00 00 ${times}`;
  const isIxfr = serial !== undefined;
  const asked = packet({
    question: `${ZONE}. ${isIxfr ? 'IXFR' : 'AXFR'}`,
    ...(isIxfr && { trailing: soa }),
  });
  if (isIxfr) asked.writeUInt16BE(1, 8);
  const messages: Message[] = [];
  const take = (octets: Uint8Array): void => void messages.push(must(decodeMessage(Uint8Array.from(octets))));
  server.responder.respond(asked, {
    transport: 'tcp',
    address: '192.0.2.1',
    reply: take,
    replyAll: (all: Iterator<Uint8Array>) => {
      for (let next = all.next(); next.done !== true; next = all.next()) take(next.value);
    },
  });
  return messages;
}

/** What a secondary has after these messages that had `before`. */
function taken(messages: readonly Message[], before?: readonly ResourceRecord[]): string[] {
  const incoming = new IncomingZone(ORIGIN, before);
  const ends = messages.map((message) => incoming.take(message));
  assert.equal(ends.at(-1), 'done', JSON.stringify(ends));
  return textsOf(incoming.records ?? before ?? []);
}

function textsOf(records: Iterable<ResourceRecord>): string[] {
  return Array.from(records, recordToText).sort();
}

/** Fails unless every set but glue has a signature of each key that is to sign it, good for longer than a secondary serves it. */
function assertAllSigned(records: readonly ResourceRecord[], keys: readonly TestKey[], now: number): void {
  const sets = new Map<string, ResourceRecord[]>();
  const signatures = new Map<string, ResourceRecord[]>();
  for (const record of records) {
    const isRrsig = record.type === RRTYPE.RRSIG;
    const covered = isRrsig ? splitRrsig(record.rdata).fields.type : record.type;
    const into = isRrsig ? signatures : sets;
    const key = `${Buffer.from(record.owner).toString('latin1')} ${covered}`;
    into.set(key, [...(into.get(key) ?? []), record]);
  }
  assert.deepEqual([...signatures.keys()].sort(), [...sets.keys()].sort());
  for (const [key, members] of sets) {
    const [first] = members;
    assert.ok(first);
    const { owner, type, ttl } = first;
    const signers = keys.filter((one) => (type === RRTYPE.DNSKEY ? one.signsKeys : one.signsZone));
    const own = signatures.get(key) ?? [];
    assert.equal(own.length, signers.length, key);
    for (const { rdata } of own) {
      const { fields } = splitRrsig(rdata);
      const signer = signers.find((one) => one.key.tag === fields.tag) ?? assert.fail('by one of the keys');
      assertSigned({ owner, type, ttl, rdatas: members.map((one) => one.rdata) }, rdata, signer.publicKey);
      assert.ok(fields.inception <= now && fields.expiration >= now + REFRESH, 'valid, and not due');
    }
  }
}

const HOSTS = ['a', 'b', 'c.d', '*.wild', 'e', 'f', 'g', 'h.i.j'];
const change = fc.record({
  hosts: fc.subarray(HOSTS, { minLength: 1 }),
  ttl: fc.constantFrom(60, 300),
  keys: fc.constantFrom(0, 0, 0, 1, 2, 3),
  pass: fc.constantFrom(0, 3600, DAY / 2, DAY, 3 * DAY, 30 * DAY),
  isLost: fc.constantFrom(false, false, false, true),
});

test('Whatever changes, IXFR leads to what AXFR gives, from any process', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 2, maxLength: 6 }), async (changes) => {
      const now = Math.floor(Date.now() / 1000);
      const control = new Control(undefined, now - changes.reduce((sum, { pass }) => sum + pass, 0));
      try {
        const all: Signed[] = [];
        let since = control.now;
        let before = -1;
        let firstKnown = 0;
        for (const [index, { hosts, ttl, keys, pass, isLost }] of changes.entries()) {
          control.now += pass;
          if (keys !== before) since = control.now;
          if (isLost) rmSync(control.file, { force: true });
          if (isLost) firstKnown = index;
          before = keys;
          const own = KEY_SETS[keys] ?? assert.fail();
          const signed = await control.publish({ hosts, ttl, keys: own, since });
          assertAllSigned(signed.records, own, control.now);
          all.push(signed);
        }
        const last = all.at(-1) ?? assert.fail();
        const keys = KEY_SETS[before] ?? assert.fail();
        const [one, other] = [processOf(last, keys), processOf(last, keys)];
        const whole = taken(ask(one));
        assert.deepEqual(whole, textsOf(last.records));
        assert.deepEqual(taken(ask(other)), whole);
        for (const [index, { serial, records }] of all.entries()) {
          for (const server of [one, other]) assert.deepEqual(taken(ask(server, serial), records), whole);
          if (index >= firstKnown) continue;
          assert.equal(new History(last.outcome.history).since(serial), undefined, 'all of the zone');
        }
      } finally {
        rmSync(path.dirname(control.file), { recursive: true, force: true });
      }
    }),
    { numRuns: 12 },
  );
});

test('Signatures are made anew part by part, each once in a period, in steps smaller than the zone', async (context) => {
  const now = Math.floor(Date.now() / 1000);
  const control = new Control(context, now - 2 * PERIOD);
  const state: State = {
    hosts: Array.from({ length: 60 }, (_, index) => `h${index}`),
    ttl: 300,
    keys: [KEYS[0]],
    since: control.now - DAY,
  };
  const rules = { validity: VALIDITY, refresh: REFRESH, since: state.since };
  const first = await control.publish(state);
  let before = new Set(textsOf(first.records));
  let made = 0;
  let largest = 0;
  const end = control.now + PERIOD;
  for (;;) {
    control.now = partTimes(ORIGIN, rules, control.now).endsAt;
    if (control.now >= end) break;
    const signed = await control.publish(state);
    assertAllSigned(signed.records, state.keys, control.now);
    const texts = textsOf(signed.records);
    const fresh = texts.filter((text) => !before.has(text));
    before = new Set(texts);
    made += fresh.length;
    largest = Math.max(largest, fresh.length);
    assert.ok(
      new History(signed.outcome.history).since(signed.serial - 1) !== undefined,
      'a step is smaller than the zone',
    );
  }
  // 60 hosts, the SOA, NS, DNSKEY and the server: sets, and for each name its NSEC; each step has an SOA and its signature.
  assert.ok(made >= 125 && made <= 125 + 3 * 17, `${made} records`);
  assert.ok(largest < 40, `${largest} of some 125 at a time`);
});

test('A change of one record is a step of a few, and keys that change sign all of the zone anew', async (context) => {
  const control = new Control(context, Math.floor(Date.now() / 1000));
  const state: State = { hosts: HOSTS, ttl: 300, keys: [KEYS[0]], since: 0 };
  await control.publish(state);
  const next = await control.publish({ ...state, hosts: HOSTS.filter((host) => host !== 'e') });
  const step = [...(new History(next.outcome.history).since(control.serial - 1) ?? assert.fail())];
  const kinds = step.map(({ type }) => type);
  // The SOA; two addresses and their signature; the NSEC of the name before and that of the name; signatures of all of them.
  const removed = ['SOA', 'SOA sig', 'A', 'A', 'A sig', 'NSEC', 'NSEC sig', 'NSEC', 'NSEC sig'];
  const added = ['SOA', 'SOA sig', 'NSEC', 'NSEC sig'];
  assert.equal(kinds.length, removed.length + added.length);
  const prepublished = [KEYS[0], { ...KEYS[1], signsKeys: false, signsZone: false }];
  const published = await control.publish({ ...state, keys: prepublished, since: control.now - 5 });
  const ofKeys = [...(new History(published.outcome.history).since(next.serial) ?? assert.fail())];
  assert.ok(ofKeys.length < 20, 'a key that signs nothing yet is a small change');
  const rolled = await control.publish({ ...state, keys: [KEYS[1]], since: control.now - 4 });
  assertAllSigned(rolled.records, [KEYS[1]], control.now);
});

test('Before control has signed the zone, and after the signatures have expired, nothing is transferred', async (context) => {
  const control = new Control(context, Math.floor(Date.now() / 1000));
  const state: State = { hosts: HOSTS, ttl: 300, keys: [KEYS[0]], since: 0 };
  const signed = await control.publish(state);
  const untold = processOf(signed, state.keys, false);
  assert.deepEqual(
    [ask(untold), ask(untold, 1)].map(([message]) => message?.rcode),
    [RCODE.SERVFAIL, RCODE.SERVFAIL],
  );
  const old = new Control(context, Math.floor(Date.now() / 1000) - VALIDITY - 2 * DAY);
  const expired = processOf(await old.publish(state), state.keys);
  assert.equal(ask(expired)[0]?.rcode, RCODE.SERVFAIL);
});

test('A journal that has to make room keeps the signatures', async (context) => {
  const control = new Control(context, Math.floor(Date.now() / 1000));
  const state: State = { hosts: HOSTS, ttl: 300, keys: [KEYS[0]], since: 0 };
  const first = await control.publish(state);
  const second = await control.publish(state, 0);
  assert.equal(second.outcome.history.length, 0);
  const known = new Set(textsOf(first.records));
  assert.ok(
    textsOf(second.records).filter((text) => !known.has(text)).length <= 2,
    'the SOA and its signature',
  );
});

test('A part begins later than another by its share of the period, and each part is due once in it', () => {
  const rules = { validity: VALIDITY, refresh: REFRESH, since: 0 };
  const now = Math.floor(Date.now() / 1000);
  const { parts, begin, endsAt, expiration } = partTimes(ORIGIN, rules, now);
  assert.ok(begin <= now && now < endsAt && endsAt - begin <= PERIOD / 16 + 1);
  assert.equal(new Set(parts.map((part) => part.expiration)).size, 16);
  assert.ok(expiration >= now + REFRESH);
  assert.deepEqual(parts[0], signatureTimes(ORIGIN, rules, now));
  assert.deepEqual(partTimes(ORIGIN, rules, begin), partTimes(ORIGIN, rules, endsAt - 1));
});
