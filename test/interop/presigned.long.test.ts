/**
 * Zones signed by BIND's tools: NSD and BIND give the same answers as dnsteer, with proofs that convince as well; and delv
 * takes what a whole server says of them.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import type { Message } from '../../runtime/wire/message.ts';
import { canonicalName, nameToText } from '../../runtime/wire/name.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { messageToText } from '../answer/message-text.ts';
import { type Labels, wireOf } from '../dnssec/denial/random-zone.ts';
import { judgeAnswer, publicKeyOf } from '../dnssec/presigned/judge-answer.ts';
import { askWithDo, servePresigned } from '../dnssec/presigned/served.ts';
import { atEnd } from '../support/at-end.ts';
import { missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { type SignedZone, signZone } from '../support/sign-zone.ts';
import { askResolver } from '../support/validators/ask-resolver.ts';
import { type ForeignServer, startNameServer } from './foreign-server.ts';

const ABSENT = ['nsd', 'named', 'delv', 'dnssec-signzone'].map(missing).find((why) => why !== false) ?? false;
const DENIALS = ['nsec', 'nsec3', 'nsec3-salted', 'nsec3-opt-out'] as const;

const textOf = (zone: string): string => `${zone}. 600 IN SOA ns.other. h.other. 7 3600 600 86400 120
${zone}. 300 IN NS ns.other.
www.${zone}. 300 IN A 192.0.2.1
www.${zone}. 300 IN AAAA 2001:db8::1
*.wild.${zone}. 300 IN TXT "w"
a.b.c.${zone}. 300 IN TXT "x"
alias.${zone}. 300 IN CNAME www.${zone}
walias.${zone}. 300 IN CNAME q.wild.${zone}
gone.${zone}. 300 IN CNAME nobody.c.${zone}
old.${zone}. 300 IN DNAME c.${zone}
open.${zone}. 300 IN NS ns.other.
only.open.c.${zone}. 300 IN NS ns.other.
safe.${zone}. 300 IN NS ns.other.
safe.${zone}. 300 IN DS 1 13 2 ${'00'.repeat(32)}
`;
const NAMES =
  `@ www q.www wild q.wild *.wild q.q.wild c b.c a.b.c q.c q.b.c alias walias gone old q.old a.b.old open q.open
only.open.c open.c q.open.c safe q.safe nobody q.nobody`.split(/\s+/);
const TYPES = ['A', 'TXT', 'DS', 'NS', 'CNAME', 'SOA', 'DNSKEY', 'NSEC3PARAM'] as const;

describe('Zones signed elsewhere, beside NSD and BIND', { skip: ABSENT }, () => {
  for (const denial of DENIALS)
    for (const program of ['nsd', 'named'] as const)
      test(`${program} says the same of a zone with ${denial}`, async (t) => {
        const { text } = signZone({ origin: 'z.', text: textOf('z'), denial });
        const ours = servePresigned('z', text);
        const other = await startOther(program, text);
        atEnd(t, () => other.stop());
        const [dnskey] = askWithDo(ours, 'z. DNSKEY').answers;
        const key = publicKeyOf(dnskey?.rdata ?? assert.fail('there is a key'));
        let sameProofs = 0;
        let asked = 0;
        for (const relative of NAMES) {
          const name: Labels = relative === '@' ? [] : relative.split('.');
          const owner = nameToText(wireOf(name));
          for (const type of TYPES) {
            const mine = askWithDo(ours, `${owner} ${type}`);
            const at = { address: '127.0.0.1', port: other.port };
            const theirs = await askResolver(at, { name: owner, type, recursion: false });
            const both = `${owner} ${type}\n${messageToText(mine).join('\n')}\n\n${messageToText(theirs).join('\n')}`;
            assert.equal(mine.rcode, theirs.rcode, both);
            assert.deepEqual(answersOf(mine), answersOf(theirs), both);
            const [verdict, ofTheirs] = [mine, theirs].map((one) => {
              try {
                return judgeAnswer(one, name, RRTYPE[type], key);
              } catch (error) {
                return String(error);
              }
            });
            assert.ok(!verdict?.startsWith('Assertion'), both);
            // NSD 4.6.1 leaves out the closest encloser of a name that is there for open delegations alone.
            if (program === 'nsd' && denial === 'nsec3-opt-out' && /^(q\.)?open\.c\.z\.$/.test(owner))
              continue;
            assert.equal(verdict, ofTheirs, both);
            asked += 1;
            if (proofOf(mine) === proofOf(theirs)) sameProofs += 1;
          }
        }
        t.diagnostic(`${sameProofs} of ${asked} proofs are the same`);
        assert.ok(sameProofs > 0.9 * asked, `${sameProofs} of ${asked} proofs are the same`);
      });
});

describe('Zones signed elsewhere, seen by delv', { skip: ABSENT }, () => {
  const zones = new Map<string, SignedZone>();
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-presigned-'));
  let server: TestServer;

  before(async () => {
    for (const denial of DENIALS) {
      const zone = `${denial}.example`;
      zones.set(denial, signZone({ origin: `${zone}.`, text: textOf(zone), denial }));
    }
    const policies = [...zones].map(([denial, { text }]) => [`${denial}.example.zone`, text] as const);
    server = await startServer({ policies: Object.fromEntries(policies), processes: 1 });
  });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  for (const denial of DENIALS)
    test(`Answers of a zone with ${denial} are validated`, async () => {
      const zone = `${denial}.example`;
      const { ds } = zones.get(denial) ?? assert.fail();
      const anchors = path.join(folder, denial);
      const { tag, algorithm, digestType, digest } = ds;
      writeFileSync(
        anchors,
        `trust-anchors { ${zone}. static-ds ${tag} ${algorithm} ${digestType} "${digest}"; };\n`,
      );
      const isOpen = denial === 'nsec3-opt-out';
      const validated = /^; fully validated/m;
      const negative = /^; negative response, fully validated/m;
      // What opt-out leaves open is insecure (RFC 5155 §9.2).
      const wild = isOpen ? /^; (fully validated|unsigned answer)/m : validated;
      const denied = isOpen ? /^; negative response, (fully validated|unsigned)/m : negative;
      for (const [name, type, said] of [
        ['www', 'AAAA', validated],
        ['alias', 'A', validated],
        ['q.wild', 'TXT', wild],
        ['walias', 'TXT', wild],
        ['www', 'MX', negative],
        ['b.c', 'A', negative],
        ['q.wild', 'MX', denied],
        ['nobody', 'A', denied],
        ['open', 'DS', denied],
        ['safe', 'DS', validated],
      ] as const) {
        const args = ['@127.0.0.1', '-p', String(server.port), '-a', anchors, `+root=${zone}`];
        const { stdout, stderr } = await promisify(execFile)('delv', [...args, `${name}.${zone}`, type]);
        assert.match(stdout + stderr, said, `${name} ${type}`);
      }
    });
});

/** Without signatures, in no order. */
function answersOf({ answers }: Message): string[] {
  return answers
    .filter(({ type }) => type !== RRTYPE.RRSIG)
    .map((record) => recordToText({ ...record, owner: canonicalName(record.owner) }).toLowerCase())
    .toSorted();
}

/** Owners of the NSEC and NSEC3 records. */
function proofOf({ authorities }: Message): string {
  return authorities
    .filter(({ type }) => type === RRTYPE.NSEC || type === RRTYPE.NSEC3)
    .map(({ owner }) => nameToText(canonicalName(owner)))
    .toSorted()
    .join(' ');
}

function startOther(program: 'nsd' | 'named', text: string): Promise<ForeignServer> {
  const texts = {
    nsd: { server: '  rrl-ratelimit: 0', zones: 'zone:\n  name: z\n  zonefile: zone\n' },
    named: {
      server: '  minimal-responses yes;\n  notify no;',
      zones: 'zone "z" { type primary; file "zone"; check-names ignore; };\n',
    },
  };
  return startNameServer(program, () => texts[program], { zone: text });
}
