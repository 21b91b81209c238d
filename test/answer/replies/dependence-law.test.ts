/**
 * The law of what a reply depends on: whatever one thing a client or the world varies, a reply from memory is octet for
 * octet the one that is made anew. And the law bites: a step that reads any one of these things without noting it breaks
 * it, while one that reads it by way of what notes keeps it.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Draft } from '../../../runtime/answer/draft.ts';
import type { Exchange } from '../../../runtime/answer/exchange.ts';
import { DEPENDS, type Dependence } from '../../../runtime/answer/facts/dependence.ts';
import { type Fact, NEEDS, parseFact } from '../../../runtime/answer/facts/fact.ts';
import type { Facts } from '../../../runtime/answer/facts/facts.ts';
import type { Query } from '../../../runtime/wire/query.ts';
import { INPUTS, type Input, USUAL } from './asking.ts';
import { Half, law } from './dependence-world.ts';

test('A reply depends on nothing but what is noted', () => {
  const property = law(INPUTS);
  fc.assert(property, { numRuns: 3000 });
  const { packetHits } = property.halves[1].server.counters.steps;
  assert.ok(packetHits > 3000, `${packetHits} of 12000 were taken`);
});

/** What a step could read, and which input makes it another; nothing, where it is none. */
interface Reading {
  readonly of: (exchange: Exchange, half: Half) => unknown;
  readonly by: Input;
  /** It is in the key, or another value never gets as far as a step that makes replies. */
  readonly isHarmless?: true;
}
type Harmless = Reading & { readonly isHarmless: true };
type Readings<Name extends PropertyKey> = Readonly<Record<Name, Reading | undefined>>;

const field = (key: keyof Query, by: Input): Reading => ({ of: ({ query }) => query[key], by });
const harmless = (key: keyof Query, by: Input): Harmless => ({ ...field(key, by), isHarmless: true });

/** What a draft shows of a query must be harmless. */
const OF_QUERY: Readings<keyof Query> & Readonly<Record<keyof Draft['query'], Harmless>> = {
  id: field('id', 'id'),
  flagsWord: field('flagsWord', 'flags'),
  opcode: harmless('opcode', 'flags'),
  recursionDesired: field('recursionDesired', 'flags'),
  checkingDisabled: field('checkingDisabled', 'flags'),
  name: { of: ({ query }) => query.name.slice(0, query.nameLength), by: 'label', isHarmless: true },
  nameLength: harmless('nameLength', 'label'),
  type: harmless('type', 'type'),
  class: harmless('class', 'class'),
  questionEnd: harmless('questionEnd', 'label'),
  edns: field('edns', 'udpSize'),
  ednsVersion: harmless('ednsVersion', 'ednsVersion'),
  udpSize: field('udpSize', 'udpSize'),
  dnssecOk: field('dnssecOk', 'dnssecOk'),
  compactOk: field('compactOk', 'compactOk'),
  keepalive: field('keepalive', 'keepalive'),
  padding: field('padding', 'padding'),
  clientSubnet: field('clientSubnet', 'ecs'),
  cookieAt: field('cookieAt', 'cookie'),
  cookieLength: field('cookieLength', 'cookie'),
  tsigAt: harmless('tsigAt', 'isSigned'),
  asksNsid: field('asksNsid', 'asksNsid'),
};

/** What an exchange has beside the draft that steps see. */
const OF_EXCHANGE: Readings<Exclude<keyof Exchange, keyof Draft>> = {
  packet: { of: ({ packet }) => packet, by: 'isUpperCase' },
  requester: { of: ({ requester }) => [requester.transport, requester.address], by: 'from' },
  writer: { of: ({ writer }) => writer.room, by: 'udpSize' },
  draw: { of: (_, { asking }) => asking.chance, by: 'chance' },
  arrivedAt: { of: ({ arrivedAt }) => arrivedAt, by: 'arrivedAt' },
  isKnown: { of: ({ isKnown }) => isKnown, by: 'cookie' },
  switchesAmong: { of: (exchange) => exchange.switchesAmong(DEPENDS.DNSSEC_OK), by: 'dnssecOk' },
  // Of those, replies are not kept: see the tests below.
  asksAlone: undefined,
  overrides: undefined,
  isResumed: undefined,
  begin: undefined,
  resume: undefined,
  record: undefined,
};

const OF_FACTS: Readings<Exclude<keyof Facts, keyof Draft['facts']>> = {
  known: { of: ({ facts }) => facts.known(), by: 'from' },
  placeOf: { of: ({ facts }) => facts.placeOf('country'), by: 'from' },
  client: { of: ({ facts }) => facts.client().address.bytes, by: 'from' },
  now: { of: ({ facts }) => facts.now, by: 'now' },
  familyFor: { of: ({ facts }) => facts.familyFor(NEEDS.FAMILY), by: 'from' },
  placeFor: { of: ({ facts }) => facts.placeFor(NEEDS.PLACE), by: 'from' },
  // A table that is replaced has all kept replies forgotten, and its rows are noted.
  latencies: undefined,
  latencyRow: undefined,
  // They follow from what is noted.
  needs: undefined,
  isForAll: undefined,
  isInPartOfSubnet: undefined,
  scope: undefined,
  begin: undefined,
};

const OF_DEPENDENCE: Readings<Exclude<keyof Dependence, keyof Draft['dependence']>> = {
  bits: undefined,
  isInKey: undefined,
  begin: undefined,
};

for (const [where, readings] of Object.entries({ OF_QUERY, OF_EXCHANGE, OF_FACTS, OF_DEPENDENCE })) {
  for (const [what, reading] of Object.entries<Reading | undefined>(readings)) {
    if (reading === undefined) continue;
    const verb = reading.isHarmless ? 'keeps' : 'breaks';
    test(`A step that reads ${what} ${where.toLowerCase().replace('_', ' ')} and forgets to note it ${verb} the law`, () => {
      const { failed, counterexample } = fc.check(law([reading.by], reading.of), { numRuns: 200 });
      assert.equal(failed, !reading.isHarmless, JSON.stringify(counterexample));
    });
  }
}

test('What is signed is set aside, before anything is made', () => {
  assert.equal(new Half(0).ask({ ...USUAL, isSigned: true }), 'aside');
});

test('Each field of a query is among them', () => {
  const { exchange } = new Half(0);
  assert.deepEqual(Object.keys(OF_QUERY).sort(), Object.keys(exchange.query).sort());
});

const fact = (key: string): Fact => parseFact(key, new Map()) ?? assert.fail(key);
const reads = (key: string) => (draft: Draft) => draft.facts.value(fact(key));

/** What a step may read, as it is noted. */
const NOTED: Readonly<Record<string, readonly [read: (draft: Draft) => unknown, by: Input]>> = {
  DO: [(draft) => draft.isOn(DEPENDS.DNSSEC_OK), 'dnssecOk'],
  'whether it comes as a datagram': [(draft) => draft.isOn(DEPENDS.DATAGRAM), 'transport'],
  'how the name is spelt': [(draft) => draft.spelling().slice(0, 20), 'isUpperCase'],
  'whether the answer fits': [(draft) => draft.answerFits(), 'udpSize'],
  'the country': [reads('client.country'), 'from'],
  'the country by ECS': [reads('client.country'), 'ecs'],
  'the network': [reads('client.subnet'), 'ecs'],
  'the family': [reads('client.family'), 'from'],
  'the address': [reads('client.ip'), 'from'],
  'the transport': [reads('query.transport'), 'transport'],
  'our address': [reads('query.local'), 'from'],
  'the resolver': [reads('client.resolver.address'), 'from'],
  'its country': [reads('client.resolver.country'), 'from'],
  'whether the client is in a network': [reads('client.in(192.0.2.0/25,2001:db8::/33)'), 'from'],
  'whether it is in one by ECS': [reads('client.in(198.51.100.0/25,2001:db8::/33)'), 'ecs'],
  'the hour': [reads('time.hour'), 'now'],
  'the second': [reads('time.unix'), 'now'],
  'the coordinates': [({ facts }) => ({ ...facts.location() }), 'from'],
  'a field of the place': [({ facts }) => facts.place('country'), 'from'],
  'the hash of the network': [({ facts }) => facts.subnetHash(), 'from'],
};

for (const [what, [read, by]] of Object.entries(NOTED)) {
  test(`A step that reads ${what} by way of its draft keeps the law`, () => {
    fc.assert(law([by, 'label'], read), { numRuns: 300 });
  });
}

test('What a client switches is two replies, each of them kept', () => {
  const half = new Half(1024, (draft) => draft.isOn(DEPENDS.DNSSEC_OK));
  const both = [USUAL, { ...USUAL, dnssecOk: true }];
  const made = both.map((asking) => half.ask(asking));
  const { counters } = half.server;
  assert.equal(counters.steps.packetHits, 0);
  assert.deepEqual(
    both.map((asking) => half.ask(asking)),
    made,
  );
  assert.equal(counters.steps.packetHits, 2);
});

test('Steps that make replies reach no clock and no chance but by what notes', () => {
  const runtime = path.resolve(import.meta.dirname, '../../../runtime');
  const files = globSync('{answer/{find,decide,steer,additional,steering/*},plan/kinds/*}.ts', {
    cwd: runtime,
  });
  assert.ok(files.length > 12);
  for (const file of files) {
    const code = readFileSync(path.join(runtime, file), 'utf8').replaceAll(/\/\*\*[\s\S]*?\*\/|\/\/.*/g, '');
    // The one place where chance comes from.
    const allowed = file === path.join('answer', 'steering', 'draw.ts') ? 1 : 0;
    const found = code.match(/Date\.now|performance|Math\.random|process\.|new Date\b|crypto/g) ?? [];
    assert.equal(found.length, allowed, `${file}: ${found.join()}`);
    assert.doesNotMatch(code, /exchange\.ts/, `${file} sees a draft`);
  }
});
