/**
 * The judges of signed answers, judged: zones that BIND's tools signed and NSD serves, below a private root. What is
 * good is secure to every validator, what is broken is bogus to every one, and what is unsigned is insecure.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { missing } from '../support/dig.ts';
import { enterNamespace } from '../support/namespace.ts';
import { signZone, withBrokenSignature } from '../support/sign-zone.ts';
import { type Delegation, serveZones, startSignedTree } from '../support/signed-tree.ts';
import { startValidators, VALIDATORS } from '../support/validators/every.ts';
import type { Validator, Verdict } from '../support/validators/validator.ts';

const skip =
  enterNamespace(import.meta.filename) || missing('dnssec-signzone') || missing('nsd') || missing('unbound');

const ADDRESS = '10.53.0.3';

function records(ns: string): string {
  return [
    '$TTL 300',
    `@ SOA ${ns} hostmaster 1 7200 900 1209600 60`,
    `@ NS ${ns}`,
    `${ns} A ${ADDRESS}`,
    'www A 192.0.2.1',
    'www AAAA 2001:db8::1',
    'other A 192.0.2.2',
    'alias CNAME www',
    '*.wild TXT "of the wildcard"',
    'a.b.deep A 192.0.2.3',
    'open NS ns.open',
    `ns.open A ${ADDRESS}`,
  ].join('\n');
}

/** Zone → what every validator must say of names in it. */
const EXPECTED: readonly (readonly [
  zone: string,
  question: string,
  status: Verdict['status'],
  said: string,
])[] = [
  ...['chain.example.', 'hashed.example.'].flatMap(
    (zone) =>
      [
        [zone, 'www A', 'secure', 'www A 192.0.2.1'],
        [zone, 'wWw AAAA', 'secure', 'www AAAA 2001:db8::1'],
        [zone, 'alias A', 'secure', 'alias CNAME www.ZONE, www A 192.0.2.1'],
        [zone, 'any.wild TXT', 'secure', 'any.wild TXT "of the wildcard"'],
        [zone, 'any.wild A', 'secure', ''],
        [zone, 'www MX', 'secure', ''],
        [zone, 'deep A', 'secure', ''],
        [zone, 'missing A', 'secure', 'NXDOMAIN'],
        [zone, 'x.y.missing A', 'secure', 'NXDOMAIN'],
        [zone, 'open DS', 'secure', ''],
        [zone, 'www.open A', 'insecure', 'www.open A 192.0.2.4'],
      ] as const,
  ),
  ['plain.example.', 'www A', 'insecure', 'www A 192.0.2.1'],
  ['plain.example.', 'missing A', 'insecure', 'NXDOMAIN'],
  ['broken.example.', 'www A', 'bogus', 'SERVFAIL'],
  ['broken.example.', 'other A', 'secure', 'other A 192.0.2.2'],
  ['stale.example.', 'www A', 'bogus', 'SERVFAIL'],
];

describe('Validators of zones signed by others', { skip }, () => {
  const stops: (() => Promise<void>)[] = [];
  let started: ReadonlyMap<string, Validator>;

  before(async () => {
    const text = records('ns');
    const chain = signZone({ origin: 'chain.example.', text });
    const hashed = signZone({ origin: 'hashed.example.', text, denial: 'nsec3' });
    const broken = signZone({ origin: 'broken.example.', text });
    const [stale, other] = [
      signZone({ origin: 'stale.example.', text }),
      signZone({ origin: 'stale.example.', text }),
    ];
    const open = (parent: string) => ({
      origin: `open.${parent}`,
      text: `$ORIGIN open.${parent}\n$TTL 300\n@ SOA ns hostmaster 1 7200 900 1209600 60\n@ NS ns\nns A ${ADDRESS}\nwww A 192.0.2.4\n`,
    });
    const leaf = await serveZones(ADDRESS, [
      chain,
      hashed,
      { ...broken, text: withBrokenSignature(broken, 'www.broken.example.', 'A') },
      stale,
      { origin: 'plain.example.', text: `$ORIGIN plain.example.\n${text}\n` },
      open('chain.example.'),
      open('hashed.example.'),
    ]);
    stops.push(() => leaf.stop());
    const delegation = (origin: string, ds: Delegation['ds']): Delegation => ({
      origin,
      servers: [{ name: `ns.${origin}`, addresses: [ADDRESS] }],
      ds,
    });
    const tree = await startSignedTree([
      ...[chain, hashed, broken].map(({ origin, ds }) => delegation(origin, [ds])),
      // The DS of a key that the zone does not have.
      delegation('stale.example.', [other.ds]),
      delegation('plain.example.', []),
    ]);
    stops.push(() => tree.stop());
    const all = await startValidators(tree.root);
    stops.push(() => all.stop());
    started = new Map(all.validators.map((each) => [each.name, each]));
  });
  after(() => Promise.all(stops.map((stop) => stop())));

  for (const { name, program } of VALIDATORS) {
    test(name, { skip: missing(program) }, async () => {
      const validator = started.get(name) ?? assert.fail(`${name} has not started`);
      for (const [zone, question, status, said] of EXPECTED) {
        const [owner, type = ''] = question.split(' ');
        const verdict = await validator.ask(`${owner}.${zone}`, type);
        assert.deepEqual({ question, zone, ...told(verdict, zone) }, { question, zone, status, said });
      }
    });
  }
});

/** A verdict in the words of the table: the answers without the zone's name, else the response code. */
function told({ status, rcode, answers }: Verdict, zone: string): Pick<Verdict, 'status'> & { said: string } {
  const short = answers.map((answer) => answer.replace(`.${zone} `, ' ').replace(zone, 'ZONE'));
  return { status, said: short.length === 0 && rcode !== 'NOERROR' ? rcode : short.join(', ') };
}
