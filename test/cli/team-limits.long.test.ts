/** Manifests of teams, without a server: `check` finds what is beyond them, and `explain --offline` answers no more than a server would. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Explanation } from '../../runtime/rpc/explanation.ts';
import { dnsteer, testFolder } from './dnsteer.ts';

/** No sample client is in Kosovo. */
const POLICY = `import { cname, definePolicy } from 'dnsteer';
export default definePolicy({
  fallback: { A: '192.0.2.9' },
  hosts: {
    www: ({ client }) => (client.country === 'XK' ? { A: '198.51.100.1' } : { A: '192.0.2.1' }),
    api: ({ client }) => (client.country === 'XK' ? cname('Evil.Example') : { A: '192.0.2.1' }),
  },
});
`;

const cwd = testFolder({
  'policies/payments/_team.yaml': 'types: [A, CNAME]\naddresses: [192.0.2.0/24]\ntargets: [cdn.example]\n',
  'policies/payments/pay.example.ts': POLICY,
  'policies/payments/far.example.zone': 'www A 198.51.100.1\n',
  'dnsteer.yaml': 'admin: { listen: off }\nteams: { payments: { zones: [pay.example, far.example] } }\n',
});

async function offline(name: string, ...args: string[]): Promise<Explanation> {
  const { code, stdout, stderr } = await dnsteer(['explain', name, ...args, '--offline', '--json'], { cwd });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Explanation;
}

test('What a handler returns at run time is an invalid decision where it is beyond, and the fallback is answered', async () => {
  assert.equal((await offline('www.pay.example', 'A', '--country', 'DE')).fallback, undefined);
  for (const [name, problem] of [
    ['www', /"198\.51\.100\.1" is beyond "addresses" \(policies\/payments\/_team\.yaml:2\)/],
    ['api', /"evil\.example\." is beyond "targets" \(policies\/payments\/_team\.yaml:3\)/],
  ] as const) {
    const { fallback, ...rest } = await offline(`${name}.pay.example`, 'A', '--country', 'XK');
    assert.equal(fallback?.reason, 'invalid');
    assert.match(fallback?.message ?? '', problem);
    assert.match(JSON.stringify(rest), /192\.0\.2\.9/);
  }
});

test('Records that no server serves are not explained', async () => {
  const { code, stderr } = await dnsteer(['explain', 'www.far.example', 'A', '--offline'], { cwd });
  assert.notEqual(code, 0);
  assert.match(stderr, /far\.example\.zone:1:\d+: error: "198\.51\.100\.1" is beyond "addresses"/);
});

test('check finds what is beyond, in cases that it explores as well', async () => {
  const { code, stdout, stderr } = await dnsteer(['check', 'policies/payments/pay.example.ts'], { cwd });
  assert.notEqual(code, 0);
  assert.match(stdout + stderr, /"198\.51\.100\.1" is beyond "addresses"/);
  assert.match(stdout + stderr, /"evil\.example\." is beyond "targets"/);
});
