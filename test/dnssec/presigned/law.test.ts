/** Random zones signed by BIND: every answer convinces a validator, and what needs no DNSSEC is as without it. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { RRTYPE, typeToText } from '../../../runtime/wire/iana/rrtype.ts';
import { nameToText } from '../../../runtime/wire/name.ts';
import { messageToText } from '../../answer/message-text.ts';
import { lawRuns } from '../../support/fuzz.ts';
import { signZone } from '../../support/sign-zone.ts';
import { type Labels, labelsOf, wireOf } from '../denial/random-zone.ts';
import { judgeAnswer, type Outcome, publicKeyOf } from './judge-answer.ts';
import { askWith, askWithDo, servePresigned } from './served.ts';
import { signableZone, someLabels, zoneOfAllKinds } from './signable-zone.ts';

const TYPES = [
  'A',
  'NSEC3',
  'TXT',
  'MX',
  'NS',
  'DS',
  'CNAME',
  'DNAME',
  'SOA',
  'NSEC3PARAM',
  'DNSKEY',
  'HTTPS',
] as const;
const OUTCOMES: readonly Outcome[] = [
  'answer',
  'wildcard answer',
  'name error',
  'no data',
  'signed delegation',
  'unsigned delegation',
];
const SIGNER_TYPES = new Set<number>([RRTYPE.RRSIG, RRTYPE.NSEC, RRTYPE.NSEC3]);

const met = new Set<Outcome>();

for (const [turn, denial] of (['nsec', 'nsec3', 'nsec3-salted', 'nsec3-opt-out'] as const).entries())
  test(`Answers of zones with ${denial} convince a validator`, () => {
    fc.assert(
      fc.property(signableZone, fc.array(someLabels, { minLength: 20, maxLength: 20 }), (zone, others) => {
        const { text } = signZone({ origin: 'z.', text: zone.text, denial });
        const server = servePresigned('z', text);
        const [dnskey] = askWithDo(server, 'z. DNSKEY').answers;
        const key = publicKeyOf(dnskey?.rdata ?? assert.fail('there is a key'));
        for (const name of [[], ...zone.names, ...zone.names.flatMap(near), ...others, ...hashesIn(text)]) {
          for (const type of TYPES) {
            const question = `${nameToText(wireOf(name))} ${type}`;
            const message = askWithDo(server, question);
            try {
              const outcome = judgeAnswer(message, name, RRTYPE[type], key);
              met.add(outcome);
            } catch (error) {
              assert.fail(
                `${question}: ${String(error)}\n${messageToText(message).join('\n')}\n${zone.text}`,
              );
            }
            const { answers, authorities } = askWith(server, question, 0);
            assertPlain([...answers, ...authorities].map((one) => one.type));
          }
        }
      }),
      // Zones by chance lack one outcome or another now and then.
      { ...lawRuns(3, 20, turn), endOnFailure: true, examples: [[zoneOfAllKinds, []]] },
    );
  });

after(() => {
  for (const outcome of OUTCOMES) assert.ok(met.has(outcome), `${outcome} is met`);
});

/** Owners of NSEC3 records, which are no names of the zone (RFC 5155 §7.2.8). */
function hashesIn(text: string): Labels[] {
  return [...text.matchAll(/^([0-9A-V]{32})\.z\.\s.*\sNSEC3\s/gm)].slice(0, 2).map(([, hash = '']) => [hash]);
}

/** RFC 3225 §3. */
function assertPlain(types: readonly number[]): void {
  assert.deepEqual(types.filter((type) => SIGNER_TYPES.has(type)).map(typeToText), []);
}

/** Names below, above, and beside. */
function near(name: Labels): Labels[] {
  return [
    ['q', ...name],
    ['*', ...name],
    name.slice(1),
    ['q', ...name.slice(1)],
    ['q', 'q', ...name.slice(1)],
  ].map((labels) => labelsOf(wireOf(labels)));
}
