/** How a reply is signed, and what is proven beside it, as explanations tell it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from '../../../runtime/answer/explain/explain.ts';
import { keyTag } from '../../../runtime/dnssec/keys/dnskey.ts';
import type { ExplainedSigning } from '../../../runtime/rpc/explanation.ts';
import { Server } from '../server.ts';
import { KEYS, type SigningSource } from '../signing-source.ts';

const RECORDS = `
www    300 A    192.0.2.1
*.wild 300 A    192.0.2.3
a.ent  300 A    192.0.2.4
sub    300 NS   ns.example.net.
`;
const TAG = keyTag(KEYS[0].dnskey);

function serve(signing?: SigningSource): Server {
  const server = new Server();
  const policy = {
    hosts: {
      decided: { kind: 'records' as const, records: { A: ['192.0.2.80'] } },
      gone: { kind: 'nxdomain' as const },
    },
  };
  server.put({ records: RECORDS, policy, ...(signing && { signing }) });
  return server;
}

async function ask(server: Server, question: string, withRecords = false) {
  const [name = '', type = 'A'] = question.split(' ');
  const asked = {
    name: `${name}.example.com.`,
    type,
    facts: {},
    ...(withRecords && { withRecords: true as const }),
  };
  return await explain(asked, server.parts);
}

async function signed(server: Server, question: string, withRecords = false) {
  const { signing } = await ask(server, question, withRecords);
  assert.ok(signing?.kind === 'signed');
  return signing;
}

function proof({ proof: records }: Extract<ExplainedSigning, { kind: 'signed' }>): string[] {
  return records.map(({ how, proves }) => `${how}: ${proves}`);
}

test('Each set has its key, whether its signature was there, and until when it is valid', async () => {
  const server = serve({});
  const first = await signed(server, 'decided A');
  const [set, ...more] = first.sets;
  assert.deepEqual(more, []);
  assert.deepEqual([set?.owner, set?.type, set?.wasThere], ['decided.example.com.', 'A', false]);
  const [signature] = set?.signatures ?? [];
  assert.deepEqual([signature?.tag, signature?.algorithm], [TAG, 13]);
  const [from, until] = [Date.parse(signature?.from ?? ''), Date.parse(signature?.until ?? '')];
  assert.ok(from < Date.now() && until > Date.now() + 4 * 86_400_000);
  const again = await signed(server, 'decided A');
  assert.equal(again.sets[0]?.wasThere, true);
  assert.deepEqual(again.sets[0]?.signatures, set?.signatures);
});

test('The answer stays that of a client without DO, and records are told if asked for', async () => {
  const { answer, authority, rcode, signing } = await ask(serve({}), 'nobody A', true);
  assert.equal(rcode, 'NXDOMAIN');
  assert.deepEqual([answer, authority.length], [[], 1]);
  assert.ok(signing?.kind === 'signed');
  const kinds = (signing.records ?? []).map((line) => line.split(' ').slice(3, 5).join(' '));
  assert.ok(kinds.includes('RRSIG SOA') && kinds.includes('RRSIG NSEC'), kinds.join());
  assert.ok(kinds.some((kind) => kind.startsWith('NSEC ')));
  assert.equal((await signed(serve({}), 'nobody A')).records, undefined);
});

test('What the chain proves is told in words', async () => {
  const server = serve({});
  const none = (await signed(server, 'nobody A')).proof.map(({ proves }) => proves).join('; ');
  assert.match(none, /^nobody\.example\.com\. does not exist/);
  assert.match(none, /no wildcard stands in: \*\.example\.com\. does not exist/);
  assert.deepEqual(proof(await signed(server, 'www AAAA')), [
    'chain: www.example.com. has no AAAA and no CNAME, of A RRSIG NSEC',
  ]);
  assert.deepEqual(proof(await signed(server, 'ent A')), [
    'chain: ent.example.com. has no records at all, only names below it',
  ]);
  const wild = await signed(server, 'x.wild A');
  assert.equal(wild.sets[0]?.wildcard, '*.wild.example.com.');
  assert.deepEqual(proof(wild), ['chain: x.wild.example.com. itself does not exist: a wildcard stands in']);
  const wildNone = proof(await signed(server, 'x.wild AAAA')).join('; ');
  assert.match(wildNone, /x\.wild\.example\.com\. does not exist/);
  assert.match(wildNone, /\*\.wild\.example\.com\. has no AAAA and no CNAME/);
  assert.deepEqual(proof(await signed(server, 'below.sub A')), [
    'chain: sub.example.com. is delegated (NS RRSIG NSEC) without DS: what is below is not signed',
  ]);
});

test('A record that is made for the name asked is told as one, with what clients get under DO', async () => {
  const gone = await ask(serve({}), 'gone A');
  assert.ok(gone.signing?.kind === 'signed');
  assert.deepEqual([gone.rcode, gone.signing.rcode], ['NXDOMAIN', 'NOERROR']);
  assert.deepEqual(proof(gone.signing), ['compact: gone.example.com. does not exist']);
  const compact = await signed(serve({ denial: 'compact' }), 'nobody A');
  assert.deepEqual(proof(compact), ['compact: nobody.example.com. does not exist']);
  const noData = proof(await signed(serve({ denial: 'compact' }), 'www AAAA'));
  assert.deepEqual(noData, ['compact: www.example.com. has no AAAA and no CNAME, of A RRSIG NSEC']);
});

test('A zone without a key says so, and one that is not signed says nothing', async () => {
  const failed = await ask(serve({ isFailed: true }), 'www A');
  assert.deepEqual([failed.signing, failed.rcode, failed.answer.length], [{ kind: 'failed' }, 'NOERROR', 1]);
  assert.equal((await ask(serve(), 'www A')).signing, undefined);
});
