/**
 * What policies decide and deny, one after the other, as validators that draw conclusions see it: nothing that was
 * denied keeps them from what is there (RFC 8198 §5.3), by chain and by compact denial.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { rcodeToText } from '../../runtime/wire/iana/rcode.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { missing } from '../support/dig.ts';
import { startServer } from '../support/dnsteer.ts';
import { addAddress, enterNamespace } from '../support/namespace.ts';
import { ecs } from '../support/packet.ts';
import { dsOfServer } from '../support/sign-zone.ts';
import { startSignedTree } from '../support/signed-tree.ts';
import { askResolver } from '../support/validators/ask-resolver.ts';
import { startValidators, VALIDATORS } from '../support/validators/every.ts';
import { startSubnetResolver } from '../support/validators/unbound.ts';
import type { RootZone, Validator } from '../support/validators/validator.ts';

const skip = enterNamespace(import.meta.filename) || missing('dnssec-signzone') || missing('nsd');

const ADDRESS = '192.0.2.53';
const ZONES = { chain: 'chain.example', compact: 'compact.example' } as const;
/** Of what policies answer here, in seconds. */
const TTL = 2;

function policyOf(zone: string): string {
  return `import { cname, definePolicy, nodata, nxdomain } from 'dnsteer';
export default definePolicy({
  ttl: ${TTL},
  budget: 100,
  deadline: 1000,
  fallback: { A: '192.0.2.99', TXT: 'fallback' },
  hosts: {
    some: { types: ['A', 'TXT'], decide: ({ type }) => (type === 'TXT' ? nodata() : { A: '192.0.2.1' }) },
    alias: cname('some.${zone}'),
    '*.named': { types: ['A'], decide: ({ name }) => (name.startsWith('a') ? { A: '192.0.2.2' } : nodata()) },
    '*.wild': { A: '192.0.2.3' },
    near: {
      types: ['A'],
      decide: ({ client }) => {
        if (client.subnet.startsWith('192.0.2.')) return { A: '192.0.2.10' };
        return client.subnet.startsWith('203.0.113.') ? nodata() : { A: '192.0.2.11' };
      },
    },
    gone: nxdomain(),
    'back': { types: ['TXT'], decide: ({ type }) => (type === 'A' ? nxdomain() : { TXT: 'back' }) },
    halfgone: nxdomain(),
    'left.halfgone': { A: '192.0.2.4' },
  },
});
`;
}

/** Asked in this order; each line is what must be secure, without the name of the zone. */
const ASKED: readonly (readonly [question: string, said: string])[] = [
  ['some A', 'some A 192.0.2.1'],
  ['some AAAA', ''],
  ['some TXT', ''],
  ['some MX', ''],
  ['some A', 'some A 192.0.2.1'],
  ['alias AAAA', 'alias CNAME some.ZONE'],
  ['alias A', 'alias CNAME some.ZONE, some A 192.0.2.1'],
  ['b.named A', ''],
  ['a.named A', 'a.named A 192.0.2.2'],
  ['c.named TXT', ''],
  ['aa.named A', 'aa.named A 192.0.2.2'],
  ['a.c.named A', 'a.c.named A 192.0.2.2'],
  ['a.wild TXT', ''],
  ['a.wild A', 'a.wild A 192.0.2.3'],
  ['b.wild A', 'b.wild A 192.0.2.3'],
  ['*.wild A', '*.wild A 192.0.2.3'],
  ['gone A', ''],
  ['gone TXT', ''],
  ['halfgone A', ''],
  ['left.halfgone A', 'left.halfgone A 192.0.2.4'],
  ['nobody A', ''],
  ['x.nobody A', ''],
  ['some A', 'some A 192.0.2.1'],
];

describe('Policies that deny', { skip }, () => {
  const stops: (() => Promise<unknown>)[] = [];
  let started: ReadonlyMap<string, Validator>;
  let root: RootZone;

  before(async () => {
    addAddress(ADDRESS);
    const server = await startServer({
      policies: Object.fromEntries(Object.values(ZONES).map((zone) => [`${zone}.ts`, policyOf(zone)])),
      config: `rateLimit: { exempt: [${ADDRESS}/32] }
dnssec: { zones: ['*.example'], share: 1, perZone: { ${ZONES.compact}: { denial: compact } } }
zone: { nameServers: [ns.elsewhere.example] }
`,
      env: { DNSTEER_LISTEN: `${ADDRESS}:53` },
    });
    stops.push(() => server.stop());
    const at = { address: ADDRESS, port: 53 };
    const tree = await startSignedTree(
      Object.values(ZONES).map((zone) => ({
        origin: `${zone}.`,
        servers: [{ name: `ns.${zone}.`, addresses: [ADDRESS] }],
        ds: dsOfServer(at, `${zone}.`),
      })),
    );
    root = tree.root;
    stops.push(() => tree.stop());
    const all = await startValidators(tree.root);
    stops.push(() => all.stop());
    started = new Map(all.validators.map((each) => [each.name, each]));
  });
  after(() => Promise.all(stops.map((stop) => stop())));

  for (const { name, program } of VALIDATORS)
    for (const [denial, zone] of Object.entries(ZONES))
      test(`${name}, ${denial}`, { skip: missing(program) }, async () => {
        const validator = started.get(name) ?? assert.fail(`${name} has not started`);
        for (const [question, said] of ASKED) {
          // dnsmasq 2.90 fails what is at a wildcard that is asked for by its own name.
          if (name === 'dnsmasq' && question.startsWith('*.')) continue;
          assert.deepEqual(await told(validator, question, zone), { question, status: 'secure', said });
        }
      });

  test('a name that is said not to be there is, once that is no longer believed', async () => {
    const asked = [...started.values()].flatMap((validator) =>
      Object.values(ZONES).map(async (zone) => {
        const ask = async (type: string) => {
          const { status, said } = await told(validator, `back ${type}`, zone);
          return `${validator.name}, ${zone}: ${status} ${said}`;
        };
        assert.equal(await ask('A'), `${validator.name}, ${zone}: secure `);
        // Within that time it may be believed or not.
        assert.match(await ask('TXT'), /: secure /);
        // Knot Resolver 5.6.0 keeps everything for 5 s at least.
        await sleep(1000 * (validator.name === 'Knot Resolver' ? 6 : TTL + 1));
        assert.equal(await ask('TXT'), `${validator.name}, ${zone}: secure back TXT "back"`);
      }),
    );
    await Promise.all(asked);
  });

  for (const [denial, zone] of Object.entries(ZONES))
    test(`${denial}: each network has its own answer by way of unbound, and none that of another`, async () => {
      const resolver = await startSubnetResolver(root, ADDRESS);
      stops.push(() => resolver.stop());
      for (const [network, said] of [
        ['c00002', 'NOERROR AD 192.0.2.10'],
        ['cb0071', 'NOERROR AD '],
        ['c63364', 'NOERROR AD 192.0.2.11'],
        ['cb0071', 'NOERROR AD '],
        ['c00002', 'NOERROR AD 192.0.2.10'],
        ['c63364', 'NOERROR AD 192.0.2.11'],
      ] as const) {
        const name = `near.${zone}.`;
        const message = await askResolver(resolver.at, { name, type: 'A', options: ecs(1, 24, 0, network) });
        const addresses = message.answers.filter(({ type }) => type === RRTYPE.A);
        const text = addresses.map(({ rdata }) => [...rdata].join('.')).join(' ');
        assert.equal(`${rcodeToText(message.rcode)} ${message.authenticData ? 'AD' : 'no AD'} ${text}`, said);
      }
    });
});

/** A verdict in the words of the table; what is denied is so by either code (RFC 9824 §5). */
async function told(validator: Validator, question: string, zone: string) {
  const [owner, type = ''] = question.split(' ');
  const { status, answers } = await validator.ask(`${owner}.${zone}.`, type);
  const said = answers.map((answer) => answer.replace(`.${zone}. `, ' ').replace(`${zone}.`, 'ZONE'));
  return { question, status, said: said.join(', ') };
}
