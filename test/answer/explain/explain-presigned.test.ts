/** Explanations of answers from zones that were signed elsewhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explain } from '../../../runtime/answer/explain/explain.ts';
import { servePresigned } from '../../dnssec/presigned/served.ts';
import { signZone } from '../../support/sign-zone.ts';

const TEXT = `z. 600 IN SOA ns.other. h.other. 7 3600 600 86400 120
z. 300 IN NS ns.other.
www.z. 300 IN A 192.0.2.1
*.wild.z. 300 IN TXT "w"
open.z. 300 IN NS ns.other.
safe.z. 300 IN NS ns.other.
safe.z. 300 IN DS 1 13 2 ${'00'.repeat(32)}
`;

async function signingOf(denial: 'nsec' | 'nsec3' | 'nsec3-opt-out', question: string) {
  const [name = '', type = 'A'] = question.split(' ');
  const server = servePresigned('z', signZone({ origin: 'z.', text: TEXT, denial }).text);
  const { signing } = await explain({ name, type, facts: {}, withRecords: true }, server.parts);
  assert.ok(signing?.kind === 'signed');
  return signing;
}

const proofOf = async (...asked: Parameters<typeof signingOf>): Promise<string[]> =>
  (await signingOf(...asked)).proof.map(({ how, proves }) => `${how}: ${proves}`);

test('What NSEC3 records prove is told by the names that they are hashes of', async () => {
  const [first, ...others] = await proofOf('nsec3', 'www.z. MX');
  assert.match(first ?? '', /^hashed: www\.z\. exists, with A RRSIG/);
  assert.deepEqual(others, []);
  const denied = (await proofOf('nsec3', 'nobody.z. A')).join('\n');
  for (const claim of ['z. exists, with NS SOA', 'nobody.z. does not exist', '*.z. does not exist'])
    assert.ok(denied.includes(claim), denied);
  assert.match((await proofOf('nsec3', 'q.wild.z. TXT')).join('\n'), /q\.wild\.z\. does not exist/);
  const open = (await proofOf('nsec3-opt-out', 'host.open.z. A')).join('\n');
  assert.match(open, /(^|\W)open\.z\. does not exist, or is delegated without DS/);
});

test('Signatures of the zone were there, and all records are told', async () => {
  for (const denial of ['nsec', 'nsec3'] as const) {
    const { sets, records = [] } = await signingOf(denial, 'www.z. A');
    assert.deepEqual(
      sets.map(({ owner, type, wasThere }) => ({ owner, type, wasThere })),
      [{ owner: 'www.z.', type: 'A', wasThere: true }],
    );
    assert.equal(records.length, 1);
    const kinds = ((await signingOf(denial, 'nobody.z. A')).records ?? []).map((line) => line.split(' ')[3]);
    assert.ok(kinds.includes(denial.toUpperCase()) && kinds.includes('RRSIG'), kinds.join(' '));
  }
});

test('A delegation with DS has its signature, and nothing to prove', async () => {
  const { sets, proof } = await signingOf('nsec', 'host.safe.z. A');
  assert.deepEqual(proof, []);
  assert.deepEqual(
    sets.map(({ owner, type }) => `${owner} ${type}`),
    ['safe.z. DS'],
  );
});
