/** What a decision read: each fact once, in order, with its value. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type Loaded, load } from './load.ts';

const POLICY = `
import { definePolicy, health } from 'dnsteer';
const say = (value: unknown) => ({ TXT: JSON.stringify(value) ?? 'undefined' });
let kept: any;
export default definePolicy({
  pools: { us: { A: '192.0.2.10' }, eu: { A: '198.51.100.20' } },
  fallback: 'us',
  hosts: {
    none: (query) => say([query.name, query.type]),
    twice: ({ client }) => say([client.country, client.city, client.country]),
    spread: ({ client }) => say({ ...client }),
    health: () => say([health('eu'), health('us'), health('eu')]),
    asked: (query) => say([query.health('eu'), (({ health }) => health('us'))(query), query.health('eu')]),
    noPool: () => say(health('uss')),
    noPoolAsked: (query) => say(query.health('uss')),
    utc: ({ time }) => say([time.year, time.month, time.day, time.weekday, time.hour, time.minute, time.date]),
    berlin: ({ time }) => say([time.in('Europe/Berlin').date, time.in('Europe/Berlin').hour]),
    zone: ({ time }, zone = time.in('Asia/Kathmandu')) => say([zone.hour, zone.minute, zone.weekday]),
    spelled: ({ time }) =>
      say(['europe/berlin', 'EUROPE/BERLIN', 'Europe/Berlin', 'Asia/Kolkata', 'asia/calcutta', '+0530', '+05:30'].map((zone) => time.in(zone).hour)),
    sameView: ({ time }) => say(time.in('europe/BERLIN') === time.in('Europe/Berlin')),
    manyZones: ({ time, name }) => {
      for (let index = 1; index <= +name.slice(0, name.indexOf('.')); index++) {
        const zone = time.in('+' + (index < 10 ? '0' : '') + index + ':00');
        zone.hour; zone.minute; zone.date;
      }
      return say('done');
    },
    caught: ({ time }) => {
      const zones = Array.from({ length: 20 }, (_, index) => time.in('+00:' + (10 + index)));
      return say(zones.map((zone) => { try { return zone.minute; } catch { return 'x'; } }));
    },
    noZone: ({ time }) => say(time.in('Mars/Base')),
    unix: ({ time }) => say(time.unix),
    ip: ({ client }) => say(client.ip),
    way: ({ transport, local, client: { resolver } }) => say([transport, local, resolver.address, resolver.country]),
    office: ({ client }) => say([client.in('10.0.0.0/8', '2001:db8::/32'), client.in('192.0.2.1'), client.in('10.0.0.0/8', '2001:db8::/32')]),
    noNetworks: ({ client }) => {
      const asked = [[], ['10.0.0.0/33'], ['10.0.0.0/8', 'office'], [7], [' 10.0.0.0/8'], Array.from({ length: 100 }, () => '10.0.0.0/8')];
      return say(asked.map((networks) => { try { return client.in(...(networks as [string])); } catch (error) { return String(error); } }));
    },
    random: () => say(Math.random() < 1 && Math.random() < 1),
    date: () => say([new Date(), Date.now(), new Date(0), Date().slice(0, 15), new Date() instanceof Date]),
    dateOf: () => say(new (new Date(0).constructor as DateConstructor)()),
    intl: () => say(typeof new Intl.DateTimeFormat('en').format()),
    intlNow: () => {
      const utc = new Intl.DateTimeFormat('en', { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'medium' });
      const { format } = utc;
      return say([format(), utc.format(0), utc.formatToParts().map(({ value }) => value).join('')]);
    },
    temporal: () => {
      const { Now } = (globalThis as any).Temporal;
      const all = [Now.instant(), Now.zonedDateTimeISO('Europe/Berlin'), Now.plainDateTimeISO('Asia/Tokyo'), Now.plainDateISO('UTC'), Now.plainTimeISO('UTC')];
      return say([...all.map(String), typeof Now.timeZoneId()]);
    },
    keep: (query) => { kept ??= query.client; return say(kept.country); },
    change: (query) => { 'use strict'; (query as any).client = {}; return 'us'; },
  },
});`;

/** As Intl names a zone, which depends on the age of its data. */
function nameOf(timeZone: string): string {
  return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
}

let policy: Loaded;
before(async () => {
  policy = await load(POLICY);
});

/** What the handler said, for those that answer with JSON in a TXT record. */
function said(outcome: ReturnType<Loaded['run']>): unknown {
  assert.equal(outcome.plan?.kind, 'records', outcome.error?.message ?? outcome.invalid ?? '');
  return JSON.parse(String(outcome.plan.records.TXT));
}

test('Name and type are read like anything else', () => {
  const outcome = policy.run('none', { name: 'none.example.com', type: 'HTTPS' });
  assert.deepEqual(said(outcome), ['none.example.com', 'HTTPS']);
  assert.deepEqual(outcome.reads, [
    ['query.name', 'none.example.com'],
    ['query.type', 'HTTPS'],
  ]);
});

test('A fact is noted once, at its first read; one that is not known as null', () => {
  const outcome = policy.run('twice', { client: { country: 'DE' } });
  assert.deepEqual(said(outcome), ['DE', null, 'DE']);
  assert.deepEqual(outcome.reads, [
    ['client.country', 'DE'],
    ['client.city', null],
  ]);
});

test('The way of a query has four facts', () => {
  const way = { transport: 'https', local: '203.0.113.53', resolver: '198.51.100.1', resolverCountry: 'FR' };
  const outcome = policy.run('way', { way });
  assert.deepEqual(said(outcome), ['https', '203.0.113.53', '198.51.100.1', 'FR']);
  assert.deepEqual(outcome.reads, [
    ['query.transport', 'https'],
    ['query.local', '203.0.113.53'],
    ['client.resolver.address', '198.51.100.1'],
    ['client.resolver.country', 'FR'],
  ]);
  assert.deepEqual(outcome.impure, []);
  const unknown = policy.run('way');
  assert.deepEqual(said(unknown), ['udp', null, null, null]);
  assert.deepEqual(
    unknown.reads?.map(([, value]) => value),
    ['udp', null, null, null],
  );
});

test('Whether the client is in networks is one fact of two values', () => {
  const NAMES = ['client.in(10.0.0.0/8,2001:db8::/32)', 'client.in(192.0.2.1)'];
  for (const [ip, inFirst, inSecond] of [
    ['10.9.8.7', true, false],
    ['192.0.2.1', false, true],
    ['2001:db8::77', true, false],
    ['2001:db9::', false, false],
  ] as const) {
    const outcome = policy.run('office', { client: { ip } });
    assert.deepEqual(said(outcome), [inFirst, inSecond, inFirst], ip);
    assert.deepEqual(outcome.reads, [
      [NAMES[0], inFirst],
      [NAMES[1], inSecond],
    ]);
    assert.deepEqual(outcome.impure, []);
  }
});

test('What is no network is an error that names it, and nothing is read', () => {
  const outcome = policy.run('noNetworks', {});
  const example = 'as in "10.0.0.0/8" or "2001:db8::/32"';
  assert.deepEqual(said(outcome), [
    `RangeError: client.in: Name a network at least, ${example}`,
    `RangeError: client.in: "10.0.0.0/33" is no network, ${example}`,
    `RangeError: client.in: "office" is no network, ${example}`,
    `TypeError: client.in: Must be a network ${example}, not the number 7`,
    `RangeError: client.in: " 10.0.0.0/8" is no network, ${example}`,
    "RangeError: client.in: 100 networks are too many for one question: their texts together may have 900 characters. Put them into a file, as in import partners from './partners.txt'",
  ]);
  assert.deepEqual(outcome.reads, []);
});

test('Copying the client reads all of it', () => {
  const outcome = policy.run('spread', { client: { country: 'DE', eu: true, latitude: 52.5 } });
  // Of its resolver as well, which JSON looks into.
  assert.equal(outcome.reads?.length, 15);
  assert.deepEqual(outcome.impure, ['client.ip']);
});

test('Health is read by pool, and what is not known of it is up', () => {
  for (const host of ['health', 'asked']) {
    const outcome = policy.run(host, { health: { eu: 'down' } });
    assert.deepEqual(said(outcome), ['down', 'up', 'down']);
    assert.deepEqual(outcome.reads, [
      ['health.eu', 'down'],
      ['health.us', 'up'],
    ]);
  }
});

test('The health of a pool that is not declared cannot be asked', () => {
  for (const host of ['noPool', 'noPoolAsked'])
    assert.equal(policy.run(host).error?.message, 'RangeError: Unknown pool "uss"; did you mean "us"?');
});

test('Time has its parts in UTC', () => {
  const outcome = policy.run('utc', { now: Date.UTC(2026, 10, 22, 23, 59) });
  assert.deepEqual(said(outcome), [2026, 11, 22, 7, 23, 59, '2026-11-22']);
  assert.deepEqual(outcome.reads?.at(-1), ['time.date', '2026-11-22']);
});

test('Clocks of a time zone go forward and back with daylight saving', () => {
  const at = (now: number): unknown => said(policy.run('berlin', { now }));
  assert.deepEqual(at(Date.UTC(2026, 9, 24, 23, 30)), ['2026-10-25', 1]);
  assert.deepEqual(at(Date.UTC(2026, 9, 25, 0, 59)), ['2026-10-25', 2]);
  assert.deepEqual(at(Date.UTC(2026, 9, 25, 1, 0)), ['2026-10-25', 2]);
  assert.deepEqual(at(Date.UTC(2026, 2, 29, 1, 0)), ['2026-03-29', 3]);
});

test('Midnight is hour 0, and a zone may be a quarter of an hour off', () => {
  const outcome = policy.run('zone', { now: Date.UTC(2026, 10, 22, 18, 15) });
  assert.deepEqual(said(outcome), [0, 0, 1]);
  assert.deepEqual(outcome.reads, [
    [`time@${nameOf('Asia/Kathmandu')}.hour`, 0],
    [`time@${nameOf('Asia/Kathmandu')}.minute`, 0],
    [`time@${nameOf('Asia/Kathmandu')}.weekday`, 1],
  ]);
});

test('A time zone that does not exist is an error that names it', () => {
  assert.match(policy.run('noZone').error?.message ?? '', /^RangeError: Unknown time zone "Mars\/Base"/);
});

test('A time zone is one fact, however it is spelled', () => {
  const outcome = policy.run('spelled', { now: Date.UTC(2026, 10, 22, 18, 15) });
  assert.deepEqual(said(outcome), [19, 19, 19, 23, 23, 23, 23]);
  assert.deepEqual(outcome.reads, [
    ['time@Europe/Berlin.hour', 19],
    [`time@${nameOf('Asia/Kolkata')}.hour`, 23],
    ['time@+05:30.hour', 23],
  ]);
  assert.equal(said(policy.run('sameView')), true);
});

test('The clocks of 16 time zones are read in one decision, and no more, caught or not', () => {
  const named = (count: number) => ({ name: `${count}.example.com` });
  assert.equal(policy.run('manyZones', named(16)).reads?.length, 1 + 16 * 3);
  const { error } = policy.run('manyZones', named(17));
  const told = 'RangeError: One decision may read the clocks of 16 time zones; "+17:00" is one more';
  assert.equal(error?.message, told);
  assert.match(error?.stack ?? '', /manyZones/);
  assert.equal(policy.run('manyZones', named(16)).error, undefined, 'the next may do so again');
  const outcome = policy.run('caught');
  assert.deepEqual((said(outcome) as unknown[]).slice(15), [59, 'x', 'x', 'x', 'x']);
  assert.equal(outcome.reads?.length, 16);
});

for (const [host, impurity] of [
  ['unix', 'time.unix'],
  ['ip', 'client.ip'],
  ['random', 'random'],
  ['date', 'date'],
  ['dateOf', 'date'],
  ['intl', 'date'],
] as const) {
  test(`A decision that uses ${impurity} (${host}) works and is marked`, () => {
    const outcome = policy.run(host);
    assert.equal(outcome.error, undefined);
    assert.deepEqual(outcome.impure, [impurity]);
  });
}

test('Date shows the moment of the query', () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  const [constructed, called, epoch, text, isDate] = said(policy.run('date', { now })) as unknown[];
  assert.equal(constructed, '2026-01-02T03:04:05.000Z');
  assert.equal(called, now);
  assert.equal(epoch, '1970-01-01T00:00:00.000Z');
  assert.equal(text, 'Fri Jan 02 2026');
  assert.equal(isDate, true);
});

test('A formatter that is given no date shows the moment of the query', () => {
  const outcome = policy.run('intlNow', { now: Date.UTC(2026, 0, 2, 3, 4, 5) });
  const [plain, epoch, parts] = (said(outcome) as string[]).map((text) => text.replaceAll('\u202f', ' '));
  assert.deepEqual(
    [plain, parts, epoch],
    ['1/2/26, 3:04:05 AM', '1/2/26, 3:04:05 AM', '1/1/70, 12:00:00 AM'],
  );
  assert.deepEqual(outcome.impure, ['date']);
});

test('Temporal shows the moment of the query', { skip: !('Temporal' in globalThis) }, () => {
  const outcome = policy.run('temporal', { now: Date.UTC(2026, 0, 2, 23, 4, 5) });
  assert.deepEqual(said(outcome), [
    '2026-01-02T23:04:05Z',
    '2026-01-03T00:04:05+01:00[Europe/Berlin]',
    '2026-01-03T08:04:05',
    '2026-01-02',
    '23:04:05',
    'string',
  ]);
  assert.deepEqual(outcome.impure, ['date']);
});

test('A client that is kept from an earlier query shows the present one', () => {
  policy.run('keep', { client: { country: 'DE' } });
  const outcome = policy.run('keep', { client: { country: 'FR' } });
  assert.deepEqual(said(outcome), 'FR');
  assert.deepEqual(outcome.reads, [['client.country', 'FR']]);
});

test('The query cannot be changed', () => {
  assert.match(policy.run('change').error?.message ?? '', /^TypeError: Cannot assign to read only property/);
});
