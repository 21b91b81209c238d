/** Transfers of zones that are signed here, asked of a server in process, and judged as whole zones by other programs. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RCODE } from '../../runtime/wire/iana/rcode.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import type { Message } from '../../runtime/wire/message.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { Server } from '../answer/server.ts';
import type { SigningSource } from '../answer/signing-source.ts';
import { missing } from '../support/dig.ts';
import { judgeZone, ZONE_JUDGES, type ZoneJudge } from '../support/zone-judge.ts';
import { transferSettings } from './keys.ts';
import { transferOf } from './transfer-of.ts';

const RECORDS = `
www    300 A     192.0.2.1
*.wild 300 A     192.0.2.3
a.b.c  300 TXT   "x"
alias  300 CNAME www
sub    300 NS    ns.sub
ns.sub 300 A     192.0.2.53
safe   300 NS    ns.example.net.
safe   300 DS    1 13 2 ${'00'.repeat(32)}
old    120 DNAME www
`;
const HOSTS = { decided: { kind: 'records' as const, records: { A: ['192.0.2.80'] } } };

function serverOf(signing: SigningSource, records = RECORDS, hosts = {}): Server {
  const server = new Server({ transfers: transferSettings({ allow: [{ from: '0.0.0.0/0' }] }) });
  server.put({ records, signing, serial: 3, ...(Object.keys(hosts).length > 0 && { policy: { hosts } }) });
  return server;
}

function transfer(server: Server, type: 'AXFR' | 'IXFR', serial = 1): Message[] {
  return transferOf(server, 'example.com', type === 'IXFR' ? serial : undefined);
}

function textOf(messages: readonly Message[]): string {
  const records = messages.flatMap(({ answers }) => answers);
  const [first, last] = [records[0], records.at(-1)];
  assert.ok(first?.type === RRTYPE.SOA && last?.type === RRTYPE.SOA, 'SOA first and last');
  return `${records.slice(0, -1).map(recordToText).join('\n')}\n`;
}

for (const judge of Object.keys(ZONE_JUDGES) as ZoneJudge[])
  describe(judge, { skip: missing(judge) }, () => {
    for (const denial of ['chain', 'compact'] as const)
      test(`finds all of a zone signed in what is transferred (denial: ${denial})`, async () => {
        const { isGood, said } = await judgeZone(
          judge,
          'example.com.',
          textOf(transfer(serverOf({ denial }), 'AXFR')),
        );
        assert.ok(isGood, said);
      });
  });

test('IXFR is answered with all of the zone, as signatures differ from process to process', () => {
  const server = serverOf({});
  const records = transfer(server, 'IXFR').flatMap(({ answers }) => answers);
  const types = new Set(records.map(({ type }) => type));
  assert.ok(types.has(RRTYPE.NSEC) && types.has(RRTYPE.RRSIG));
  assert.equal(records.length, transfer(server, 'AXFR').flatMap(({ answers }) => answers).length);
  assert.equal(transfer(server, 'IXFR', 3)[0]?.answers.length, 1, 'Who is up to date gets the SOA alone');
});

test('Messages end before many signatures are made for them', () => {
  const many = Array.from({ length: 1000 }, (_, index) => `h${index} 300 A 192.0.2.1`).join('\n');
  const server = serverOf({}, `${many}\n`);
  const first = transfer(server, 'AXFR');
  const most = Math.max(
    ...first.map(({ answers }) => answers.filter(({ type }) => type === RRTYPE.RRSIG).length),
  );
  assert.ok(most < 100, `${most} signatures in a message`);
  assert.ok(transfer(server, 'AXFR').length < first.length, 'Once they are made, messages are long');
});

test('Where a policy decides names, a transfer holds no signatures; without keys there is none', () => {
  const server = serverOf({}, RECORDS, HOSTS);
  const types = transfer(server, 'AXFR').flatMap(({ answers }) => answers.map(({ type }) => type));
  assert.ok(!types.includes(RRTYPE.RRSIG) && !types.includes(RRTYPE.NSEC));
  assert.deepEqual(
    server.transfers.map(({ hosts, isSigned }) => ({ hosts, isSigned })),
    [{ hosts: 1, isSigned: true }],
  );
  const [refused] = transfer(serverOf({ isFailed: true }), 'AXFR');
  assert.equal(refused?.rcode, RCODE.SERVFAIL);
});
