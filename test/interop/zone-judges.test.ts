/** The programs that judge whole zones, judged: each finds a zone good that BIND's tools signed, and what is broken in it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { missing } from '../support/dig.ts';
import { enterNamespace } from '../support/namespace.ts';
import { signZone, withBrokenSignature } from '../support/sign-zone.ts';
import { serveZones } from '../support/signed-tree.ts';
import { judgeZone, transferredZone, ZONE_JUDGES, type ZoneJudge } from '../support/zone-judge.ts';

const skip = enterNamespace(import.meta.filename) || missing('dnssec-signzone') || missing('nsd');

const ORIGIN = 'judged.example.';
const RECORDS = [
  '$TTL 300',
  '@ SOA ns hostmaster 1 7200 900 1209600 60',
  '@ NS ns',
  'ns A 192.0.2.53',
  'www A 192.0.2.1',
  'a.b.deep TXT "x"',
  '*.wild TXT "x"',
  'sub NS ns.elsewhere.example.',
].join('\n');

describe('Judges of whole zones', { skip }, () => {
  for (const judge of Object.keys(ZONE_JUDGES) as ZoneJudge[])
    describe(judge, { skip: missing(judge) }, () => {
      for (const denial of ['nsec', 'nsec3'] as const)
        test(`finds a zone good that is signed with ${denial}, as it is transferred`, async () => {
          const zone = signZone({ origin: ORIGIN, text: RECORDS, denial });
          const server = await serveZones('192.0.2.53', [zone]);
          try {
            const { isGood, said } = await judgeZone(judge, ORIGIN, await transferredZone(server.at, ORIGIN));
            assert.ok(isGood, said);
          } finally {
            await server.stop();
          }
        });

      const zone = skip === false ? signZone({ origin: ORIGIN, text: RECORDS }) : undefined;
      const without = (owner: string, type: string): string =>
        (zone?.text ?? '')
          .split('\n')
          .filter((line) => {
            const fields = line.split(/\s+/);
            return fields[0] !== owner || !fields.slice(3, 5).includes(type);
          })
          .join('\n');
      const faults: Record<string, () => string> = {
        'a signature that is wrong': () => withBrokenSignature(zone ?? { text: '' }, `www.${ORIGIN}`, 'A'),
        'a name without NSEC': () => without(`www.${ORIGIN}`, 'NSEC'),
        'a set without a signature': () =>
          (zone?.text ?? '').replace(/^www\S*\s+\d+\s+IN\s+RRSIG\s+A .*\n/m, ''),
      };
      for (const [fault, text] of Object.entries(faults))
        test(`finds ${fault}`, async () => {
          assert.notEqual(text(), zone?.text);
          const { isGood, said } = await judgeZone(judge, ORIGIN, text());
          assert.ok(!isGood, said);
        });
    });
});
