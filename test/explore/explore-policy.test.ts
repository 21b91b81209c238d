/** The cases of a policy, in the real sandbox: what no sample client meets is found, with the case that leads there. */
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { compilePolicy } from '../../runtime/build/compile.ts';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import { caseText } from '../../runtime/explore/case-text.ts';
import { explorePolicy, type HostCases } from '../../runtime/explore/explore-policy.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import { acceptManifest } from '../../runtime/trial/trial.ts';
import { originOf } from '../../runtime/zone/origin.ts';
import { makeFolder } from '../support/policies-folder.ts';
import { POLICY_SETTINGS } from '../support/policy-settings.ts';

const NOW = Date.UTC(2026, 10, 30, 12);

const { script: prelude } = await preludeBundle();
const sandbox = new Sandbox({ spare: false, isPatient: true, prelude });
before(() => sandbox.start());
after(() => sandbox.stop());

async function casesOf(
  context: TestContext,
  hosts: string,
  runs = 2000,
  lists: Readonly<Record<string, string>> = {},
): Promise<HostCases[]> {
  const imports = Object.keys(lists).map((file) => `import ${file.split('.')[0]} from './${file}';`);
  const { root } = makeFolder(context, {
    ...lists,
    'example.com.ts': `import { definePolicy, firstHealthy, health } from 'dnsteer';${imports.join('')}
const CHECK = { type: 'tcp', port: 80 } as const;
export default definePolicy({
  pools: { us: { A: ['192.0.2.1'], check: CHECK }, eu: { A: ['192.0.2.2', '192.0.2.3'], check: CHECK } },
  fallback: 'us',
  hosts: { ${hosts} },
});
void [firstHealthy, health];
`,
  });
  const compiled = await compilePolicy('example.com.ts', { root });
  assert.ok(compiled.ok);
  const key = `example.com@${context.name.length}`;
  const loaded = await sandbox.load(key, compiled.script, { memoryMb: 32, timeoutMs: 1000 });
  assert.ok(loaded.ok);
  const zone = originOf('example.com');
  const accepted = acceptManifest(loaded.manifest, zone, POLICY_SETTINGS);
  assert.ok(accepted.ok);
  const policy = { key, zone, manifest: accepted.manifest, script: compiled.script };
  return await explorePolicy(policy, sandbox, { runs, patienceMs: 60_000 }, NOW);
}

function failures([one]: readonly HostCases[]): string[] {
  const leaves = one?.cases.leaves ?? assert.fail('There is a host');
  return leaves.flatMap(({ reads, result }) => (result.ok ? [] : [`${caseText(reads)}: ${result.problem}`]));
}

test('A misspelt pool behind a country, a health or an hour is found, with the case that leads there', async (context) => {
  const host = `www: (query) => {
    if (query.client.country === 'FR') return firstHealthy('us', 'xx');
    if (health('us') === 'down') return query.time.in('Europe/Berlin').hour === 3 ? 'yy' : 'eu';
    return 'us';
  }`;
  const told = failures(await casesOf(context, host, 400));
  assert.ok(
    told.includes('country FR: firstHealthy(): Unknown pool "xx"; declared are us, eu'),
    told.join('\n'),
  );
  const yy = told.filter((text) => text.includes('"yy"'));
  assert.ok(yy[0]?.startsWith('country other than FR, us down, hour 3 in Europe/Berlin: '), told.join('\n'));
});

test('A client is found for all that can be of networks, and no case is looked at in which none is', async (context) => {
  const host = `www: ({ client }) => {
    if (client.in('10.0.0.0/8', '2001:db8::/32')) {
      if (client.in('10.1.0.0/16')) return client.in('10.1.2.3') ? 'xx' : 'us';
      return client.in('0.0.0.0/0') ? 'eu' : 'yy';
    }
    return client.in('10.200.0.0/16') ? 'zz' : 'us';
  }`;
  const [one] = await casesOf(context, host);
  assert.equal(one?.cases.untaken, 0);
  const told = one?.cases.leaves.map(({ reads, result }) => `${caseText(reads)}: ${result.ok}`);
  assert.deepEqual(told?.toSorted(), [
    'in 10.0.0.0/8, 2001:db8::/32, in 10.1.0.0/16, in 10.1.2.3: false',
    'in 10.0.0.0/8, 2001:db8::/32, in 10.1.0.0/16, not in 10.1.2.3: true',
    'in 10.0.0.0/8, 2001:db8::/32, not in 10.1.0.0/16, in 0.0.0.0/0: true',
    'in 10.0.0.0/8, 2001:db8::/32, not in 10.1.0.0/16, not in 0.0.0.0/0: false',
    'not in 10.0.0.0/8, 2001:db8::/32, not in 10.200.0.0/16: true',
  ]);
});

test('The way of a query is walked as all else', async (context) => {
  const host = `www: (query) => {
    const { transport, client } = query;
    if (transport === 'https') return query.local === '203.0.113.53' ? 'xx' : 'us';
    if (client.resolver.address === '198.51.100.1') return 'yy';
    return client.resolver.country === 'FR' ? 'zz' : 'eu';
  }`;
  const told = failures(await casesOf(context, host));
  assert.ok(
    told.some((text) => text.startsWith('over https, at 203.0.113.53: ')),
    told.join('\n'),
  );
  assert.ok(
    told.some((text) => text.startsWith('over udp, resolver 198.51.100.1: ')),
    told.join('\n'),
  );
  assert.ok(
    told.some((text) => text.includes('resolver in FR: ')),
    told.join('\n'),
  );
});

test('A client may be in a list or not, whatever it holds', async (context) => {
  const host = `www: ({ client }) => (client.in(staff) ? (client.in('10.0.0.0/8') ? 'xx' : 'us') : 'eu')`;
  const [one] = await casesOf(context, host, 2000, { 'staff.txt': '192.0.2.0/24' });
  assert.equal(one?.cases.untaken, 0);
  const told = one?.cases.leaves.map(({ reads, result }) => `${caseText(reads)}: ${result.ok}`);
  assert.deepEqual(told?.toSorted(), [
    'in staff.txt, in 10.0.0.0/8: false',
    'in staff.txt, not in 10.0.0.0/8: true',
    'not in staff.txt: true',
  ]);
});

test('A client is in networks, of a family and in its own network at once', async (context) => {
  const host = `www: ({ client }) =>
    client.family === 6 && client.in('2001:db8:5::/48') && !client.in('::/4') && client.subnet === '2001:db8:5:100::/56' ? 'xx' : 'us'`;
  const [failure, ...others] = failures(await casesOf(context, host));
  assert.deepEqual(others, []);
  assert.match(
    failure ?? '',
    /^IPv 6, in 2001:db8:5::\/48, not in ::\/4, subnet 2001:db8:5:100::\/56: .*"xx"/,
  );
});

test('A case that fails hides none of those beside it', async (context) => {
  const host = `www: (query) => {
    const { continent } = query.client;
    if (continent === 'EU') throw new Error('first');
    if (health('us') === 'down') return 'xx';
    if (query.time.hour === 3) throw new Error('third');
    return 'us';
  }`;
  const [one] = await casesOf(context, host, 400);
  const told = failures(one === undefined ? [] : [one]);
  assert.ok(told.includes('continent EU: first'), told.join('\n'));
  assert.ok(
    told.some((text) => text.startsWith('continent other than EU, us down: ') && text.includes('"xx"')),
    told.join('\n'),
  );
  assert.ok(told.includes('continent not known, us up, hour 3: third'), told.join('\n'));
  assert.equal(one?.cases.untaken, 0);
});

test('All cases of a policy that reads facts of few values are looked at', async (context) => {
  const host = "www: (query) => (query.client.eu ? (health('eu') === 'up' ? 'eu' : 'us') : 'us')";
  const [one] = await casesOf(context, host);
  assert.equal(one?.cases.untaken, 0);
  assert.equal(one?.cases.sampled.size, 0);
  assert.deepEqual(one?.cases.leaves.map(({ reads }) => caseText(reads)).toSorted(), [
    'in the EU: no',
    'in the EU: not known',
    'in the EU: yes, eu degraded',
    'in the EU: yes, eu down',
    'in the EU: yes, eu up',
  ]);
});

test('Of what a policy compares only, each group is looked at once', async (context) => {
  const host = `www: ({ client }) => {
    const NORDIC = new Set(['DK', 'SE', 'XX']);
    if (NORDIC.has(client.country ?? '')) return client.continent === 'EU' ? 'eu' : 'xx';
    if (client.continent === 'OC') return client.city === 'Sydney' || client.country === 'AU' ? 'eu' : 'us';
    return client.country === 'ZZ' ? 'yy' : 'us';
  }`;
  const [one] = await casesOf(context, host);
  assert.deepEqual(
    [one?.cases.untaken, one?.cases.sampled.size, failures(one === undefined ? [] : [one])],
    [0, 0, []],
  );
  assert.deepEqual(
    one?.cases.leaves.map(({ reads }) => caseText(reads)).toSorted(),
    [
      'country AU, continent OC, city Sydney',
      'country AU, continent OC, city not known',
      'country AU, continent OC, city other than Sydney',
      'country DK or SE or XX, continent EU',
      'country not known, continent OC, city Sydney',
      'country not known, continent OC, city not known',
      'country not known, continent OC, city other than Sydney',
      'country not known, continent not known',
      'country not known, continent other than EU, OC',
      'country not known, continent EU',
      'country other than DK, SE, XX, AU, ZZ, continent EU',
      'country other than DK, SE, XX, AU, ZZ, continent OC, city Sydney',
      'country other than DK, SE, XX, AU, ZZ, continent OC, city not known',
      'country other than DK, SE, XX, AU, ZZ, continent OC, city other than Sydney',
      'country other than DK, SE, XX, AU, ZZ, continent other than EU, OC',
    ].toSorted(),
  );
});

test('A wildcard is asked for the labels that its policy names, and for the types', async (context) => {
  const host = `'*.app': (query) => (query.name.startsWith('beta.') && query.type === 'HTTPS' ? 'xx' : 'us')`;
  const [told] = failures(await casesOf(context, host));
  assert.equal(
    told,
    'name beta.app.example.com, type HTTPS: hosts["*.app"]: Unknown pool "xx"; declared are us, eu',
  );
});

test('A handler that hangs in one case ends the look at it soon, and the others are looked at', async (context) => {
  const hosts = `www: (query) => { while (query.client.continent !== 'XX') {} return 'us'; }, eu: () => 'eu'`;
  const [first, second] = await casesOf(context, hosts);
  assert.ok((first?.cases.runs ?? 0) <= 40);
  assert.equal(
    second?.cases.leaves.some(({ result }) => result.ok),
    true,
  );
});
