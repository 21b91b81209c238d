/** Zones that have files and are not loaded yet: nobody else answers for them, and nobody is sent away. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Publisher } from '../../../runtime/answer/zones/zone-publisher.ts';
import { rcodeToText } from '../../../runtime/wire/iana/rcode.ts';
import { updateMessage } from '../../support/update-message.ts';
import { sent } from '../../support/zone-update.ts';
import { KEY, transferSettings } from '../../transfer/keys.ts';
import { Server, zoneUpdate } from '../server.ts';

/** All may transfer, and one may update. */
const transfers = transferSettings({
  allow: [{ from: '0.0.0.0/0' }],
  updates: [{ key: KEY.id, zones: ['example.com'] }],
});
const NOT_YET = ['SERVFAIL', 'ede 14 The zone has not been loaded yet'];

function publishing(): { readonly server: Server; readonly publisher: Publisher } {
  const server = new Server({ transfers });
  const { zones, health, counters, memory, signing } = server;
  const sandbox = { hold: () => new Promise<never>(() => {}), drop: () => {} };
  return { server, publisher: new Publisher({ zones, health, counters, memory, signing, sandbox }) };
}

const loaded = (zone: string, version = '00000001') =>
  sent(zoneUpdate({ zone, version, records: `@ 300 TXT "${zone}"\n* 300 TXT "${zone}"\n` }));

test('RFC 8914 §4.15: what is asked of a zone that is expected gets SERVFAIL, over each transport, until it is loaded', async () => {
  const { server, publisher } = publishing();
  await publisher.apply([loaded('example')], [], ['sub.example', 'other.test']);
  for (const transport of ['udp', 'tcp', 'tls', 'https'] as const) {
    for (const question of [
      'sub.example TXT',
      'a.b.SUB.example A',
      'other.test SOA',
      'other.test NS',
      'other.test ANY',
    ]) {
      assert.deepEqual(server.ask({ question, transport, edns: {} }), NOT_YET, `${question} ${transport}`);
    }
  }
  assert.deepEqual(server.ask('sup.example TXT'), ['NOERROR aa', 'sup.example. 300 TXT "example"']);
  // RFC 4035 §3.1.4.1: the DS of a zone is a matter of the zone above.
  assert.equal(server.ask('sub.example DS')[0], 'NOERROR aa');
  assert.deepEqual(server.ask({ question: 'other.test DS', edns: {} }), NOT_YET);
  await publisher.apply([loaded('sub.example')], ['other.test']);
  assert.deepEqual(server.ask('a.b.sub.example TXT'), [
    'NOERROR aa',
    'a.b.sub.example. 300 TXT "sub.example"',
  ]);
  assert.equal(server.ask('other.test SOA')[0], 'REFUSED');
});

test('A zone whose octets are lost is one that is expected: no zone above answers for it', async () => {
  const { server, publisher } = publishing();
  const lost = { ...loaded('sub.example'), image: { file: '/nowhere/at-all' } };
  const problems = await publisher.apply([loaded('example'), lost], []);
  assert.match(problems.join(), /^sub\.example: the file \/nowhere\/at-all cannot be read/);
  assert.deepEqual(server.ask({ question: 'a.sub.example TXT', edns: {} }), NOT_YET);
  await publisher.apply([loaded('sub.example', '00000002')], []);
  assert.equal(server.ask('a.sub.example TXT')[0], 'NOERROR aa');
  await publisher.apply([{ ...lost, version: '00000003' }], []);
  assert.equal(server.ask('a.sub.example TXT')[0], 'NOERROR aa', 'what it has of it');
});

test('A CNAME into a zone that is expected ends there', async () => {
  const { server, publisher } = publishing();
  const parent = sent(
    zoneUpdate({ zone: 'example', records: 'to 300 CNAME www.sub\n*.sub 300 A 192.0.2.1\n' }),
  );
  await publisher.apply([parent], [], ['sub.example']);
  assert.deepEqual(server.ask('to.example A'), ['NOERROR aa', 'to.example. 300 CNAME www.sub.example.']);
});

test('A transfer of a zone that is expected gets SERVFAIL, which secondaries try again (RFC 1034 §4.3.5)', async () => {
  const { server, publisher } = publishing();
  await publisher.apply([], [], ['example.com']);
  assert.equal(server.ask({ question: 'example.com AXFR', transport: 'tcp' })[0], 'SERVFAIL');
  assert.equal(server.ask({ question: 'www.example.com AXFR', transport: 'tcp' })[0], 'NOTAUTH');
});

test('An update of a zone that is expected gets SERVFAIL, not NOTAUTH: its client tries again (RFC 2136 §3.1.2)', async () => {
  const { server, publisher } = publishing();
  await publisher.apply([], [], ['example.com']);
  const update = (zone: string, key?: typeof KEY) => {
    const { messages } = server.send(
      updateMessage({ zone, name: `_acme-challenge.${zone}`, text: 'x' }, key),
    );
    return rcodeToText(messages[0]?.rcode ?? -1);
  };
  assert.equal(update('example.com', KEY), 'SERVFAIL');
  assert.equal(update('example.com'), 'REFUSED');
  assert.equal(update('example.org', KEY), 'NOTAUTH');
});

type Step = readonly [what: 'put' | 'drop' | 'expect', zone: string];

const LABELS = ['a', 'b', 'c'];
const NAMES = LABELS.flatMap((one) => [
  one,
  ...LABELS.flatMap((two) => [`${two}.${one}`, ...LABELS.map((three) => `${three}.${two}.${one}`)]),
]);

/** The longest of the names that ends the name, after at least `skipped` of its labels. */
function longest(zones: ReadonlyMap<string, unknown>, name: string, skipped: number): string | undefined {
  const labels = name.split('.');
  return labels
    .map((_, at) => labels.slice(at).join('.'))
    .slice(skipped)
    .find((zone) => zones.has(zone));
}

test('Law: the longest match of zones loaded and expected answers, whatever the order they come and go in', async () => {
  const step = fc.tuple(
    fc.constantFrom('put', 'drop', 'expect'),
    fc.constantFrom(...NAMES),
  ) as fc.Arbitrary<Step>;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { server, publisher } = publishing();
      const model = new Map<string, 'loaded' | 'expected'>();
      const done: Promise<unknown>[] = [];
      for (const [at, [what, zone]] of steps.entries()) {
        if (what === 'put') model.set(zone, 'loaded');
        else if (what === 'drop') model.delete(zone);
        else if (!model.has(zone)) model.set(zone, 'expected');
        done.push(
          publisher.apply(
            what === 'put' ? [loaded(zone, String(at).padStart(8, '0'))] : [],
            what === 'drop' ? [zone] : [],
            what === 'expect' ? [zone] : [],
          ),
        );
      }
      assert.deepEqual((await Promise.all(done)).flat(), []);
      for (const name of NAMES) {
        const zone = longest(model, name, 0);
        const asked = server.ask({ question: `${name} TXT`, edns: {} });
        if (zone === undefined) assert.equal(asked[0], 'REFUSED', name);
        else if (model.get(zone) === 'expected') assert.deepEqual(asked, NOT_YET, name);
        else assert.deepEqual(asked, ['NOERROR aa', `${name}. 300 TXT "${zone}"`]);
        const above = longest(model, name, 1) ?? zone;
        const ds = server.ask(`${name} DS`)[0];
        const expected =
          above === undefined ? 'REFUSED' : model.get(above) === 'expected' ? 'SERVFAIL' : 'NOERROR aa';
        assert.equal(ds, expected, `${name} DS`);
      }
    }),
    { numRuns: 40 },
  );
});
