/** Tests that ask every validator for all that a name server has answered, whichever server that is. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { missing } from '../support/dig.ts';
import {
  type AskedAgain,
  askServer,
  askValidator,
  type Direct,
  type Exception,
  type KnownAnswers,
  type SecureAnswersOptions,
} from '../support/secure-answers.ts';
import { type Delegation, startSignedTree } from '../support/signed-tree.ts';
import { startValidators, VALIDATORS } from '../support/validators/every.ts';
import type { Validator, ValidatorKind } from '../support/validators/validator.ts';

/** What resolvers are asked for most, and what has a place of its own in DNSSEC. */
export const COMMON_TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'NS', 'SOA', 'DS', 'DNSKEY'] as const;

/** A name server that runs, with signed zones. */
export interface ServedZones {
  readonly delegations: readonly Delegation[];
  readonly options: SecureAnswersOptions;
  stop(): Promise<unknown>;
}

/** Each name with each type. */
export function questionsFor(owners: Iterable<string>, types: readonly string[]): AskedAgain[] {
  return [...owners].flatMap((name) => types.map((type) => ({ name, type })));
}

/**
 * A suite with a test for each of these validators. Call it in a network namespace (see namespace.ts): the server answers on
 * port 53 of the addresses that its delegations name.
 */
export function describeSecureAnswers(
  title: string,
  skip: string | false,
  serve: () => Promise<ServedZones>,
  kinds: readonly ValidatorKind[] = VALIDATORS,
): void {
  describe(title, { skip }, () => {
    const stops: (() => Promise<unknown>)[] = [];
    let options: SecureAnswersOptions;
    let known: KnownAnswers;
    let started: ReadonlyMap<string, Validator>;

    before(async () => {
      const served = await serve();
      stops.push(() => served.stop());
      const tree = await startSignedTree(served.delegations);
      stops.push(() => tree.stop());
      const all = await startValidators(tree.root, kinds);
      stops.push(() => all.stop());
      started = new Map(all.validators.map((each) => [each.name, each]));
      options = served.options;
      known = await askServer(options);
    });
    after(() => Promise.all(stops.map((stop) => stop())));

    for (const { name, program } of kinds) {
      test(name, { skip: missing(program) }, async (t) => {
        const validator = started.get(name) ?? assert.fail(`${name} has not started`);
        const { asked, leftOut, excused, wrong } = await askValidator(validator, known, options);
        t.diagnostic(`${name}: ${asked} questions; left out: ${JSON.stringify(leftOut)}`);
        for (const [{ why }, count] of excused) t.diagnostic(`${name}: ${count} excused: it ${why}`);
        assert.ok(asked > FEW, 'too few questions to say anything');
        assert.deepEqual(wrong.slice(0, MOST_TOLD), [], `${wrong.length} verdicts are wrong`);
      });
    }
  });
}

const FEW = 30;
/** More would be no help. */
const MOST_TOLD = 10;

const has = ({ answers }: Direct, type: string): boolean =>
  answers.some((answer) => answer.split(' ')[1] === type);

/**
 * Where validators fail answers that are good, or know less or more than they were told: unbound 1.17.1, BIND and delv
 * 9.18.49, Knot Resolver 5.6.0, PowerDNS Recursor 4.8.8 and dnsmasq 2.90, as Debian 12 has them.
 */
export const EXCEPTIONS: readonly Exception[] = [
  {
    validator: /^unbound/,
    why: 'says with NXDOMAIN which alias above the name it knows to lead nowhere',
    accepts: ({ name }, direct, { status, rcode, answers }) =>
      direct.answers.length === 0 &&
      status === 'secure' &&
      rcode === 'NXDOMAIN' &&
      answers.some((answer) => name.toLowerCase().endsWith(`.${answer.split(' CNAME ')[0]}`)),
  },
  {
    // It happens to all of them, depending on what was asked before: it minimises names.
    validator: /^unbound/,
    why: 'goes on where an alias itself is asked for, and says what becomes of it',
    accepts: ({ type }, direct, { status, rcode }, expected) =>
      type === 'CNAME' && has(direct, 'CNAME') && status === expected && rcode === 'NXDOMAIN',
  },
  {
    validator: /^unbound qname-minimisation-strict$|^Knot Resolver$/,
    why: 'fails for a name that leads to YXDOMAIN, whatever it is asked about it',
    accepts: ({ name }, _, { rcode }) => name.includes('todistant.') && /^(SERVFAIL|YXDOMAIN)$/.test(rcode),
  },
  {
    validator: /^unbound/,
    why: 'does not believe an alias to below a DNAME where a DNAME is asked for',
    accepts: ({ type }, direct, { status }) => type === 'DNAME' && has(direct, 'DNAME') && status === 'bogus',
  },
  {
    validator: /^BIND$|^delv$/,
    why: 'follows no alias for KEY, which RFC 2535 §2.3.5 let be beside one',
    accepts: ({ type }, direct) => type === 'KEY' && has(direct, 'CNAME'),
  },
  {
    validator: /^BIND$|^delv$|^Knot Resolver$/,
    why: 'checks a DNSKEY below the name of the zone by itself',
    accepts: ({ type }, direct, { status }) =>
      type === 'DNSKEY' && direct.answers.some((answer) => answer.startsWith('every.')) && status === 'bogus',
  },
  {
    validator: /^delv$/,
    why: 'writes the type of a CERT as a word',
    accepts: ({ type }, _, { status, rcode }, expected) =>
      type === 'CERT' && status === expected && rcode === 'NOERROR',
  },
  {
    validator: /^PowerDNS Recursor$/,
    why: 'follows no alias for DS and DNSKEY',
    accepts: ({ type }, direct, { rcode }) =>
      (type === 'DS' || type === 'DNSKEY') && has(direct, 'CNAME') && rcode === 'NOERROR',
  },
  {
    validator: /^PowerDNS Recursor$/,
    why: 'does not believe what is below a DNAME, or denies it by an NSEC3 that it has kept',
    accepts: (_, direct, { status, rcode }) =>
      has(direct, 'DNAME') && (status === 'bogus' || rcode === 'NXDOMAIN'),
  },
  {
    validator: /^dnsmasq$/,
    why: 'fails for DS of names in a zone that is not signed',
    accepts: ({ type }, _, { status }, expected) =>
      type === 'DS' && expected === 'insecure' && status === 'bogus',
  },
  {
    validator: /^dnsmasq$/,
    why: 'fails every name below a DNAME',
    accepts: (_, direct, { status }) => has(direct, 'DNAME') && status === 'bogus',
  },
  {
    validator: /^dnsmasq$/,
    why: 'keeps an alias that leads nowhere, and forgets that it was proven',
    accepts: ({ type }, direct, { status }) =>
      has(direct, 'CNAME') && !has(direct, type) && status === 'insecure',
  },
  {
    validator: /^dnsmasq$/,
    why: 'fails what is at a wildcard that is asked for by its own name',
    accepts: ({ name }, direct, { status }) =>
      name.startsWith('*.') && direct.answers.length > 0 && status === 'bogus',
  },
];
