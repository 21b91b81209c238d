/** Pools with the addresses of another name: what may be said of them, and everything that can be wrong with it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TeamLimits } from '../../../runtime/limits/team-limits.ts';
import { readManifest } from '../../../runtime/plan/manifest.ts';
import { parseTeam } from '../../../runtime/registry/teams/team-file.ts';
import { zoneUpdate } from '../../answer/server.ts';
import { CHECK_TIMING } from '../../support/check-timing.ts';
import { manifestIn } from '../../support/sent-manifest.ts';
import { name } from '../../support/wire.ts';

const FALLBACK = { kind: 'pool', pool: 'cdn' };

function read(pool: object, limits?: TeamLimits) {
  return readManifest(
    { form: 'policy', pools: { cdn: { records: {}, ...pool } }, fallback: FALLBACK, hosts: {}, records: {} },
    {
      zone: name('example.com.'),
      defaultTtl: 30,
      maxBudgetMs: 50,
      maxDeadlineMs: 500,
      checkTiming: CHECK_TIMING,
      limits,
    },
  );
}

const REFUSED: readonly (readonly [pool: object, problem: RegExp])[] = [
  [{ alias: 7 }, /^pools\.cdn\.alias: Must be the name that has the addresses/],
  [{ alias: '' }, /^pools\.cdn\.alias: /],
  [{ alias: 'a..b' }, /^pools\.cdn\.alias: /],
  [{ alias: '.' }, /^pools\.cdn\.alias: The root has no addresses/],
  [{ alias: '*.example.net' }, /^pools\.cdn\.alias: A wildcard has no addresses/],
  [{ alias: `${'a'.repeat(64)}.example` }, /^pools\.cdn\.alias: /],
  [{ alias: 'a.example', records: { A: ['192.0.2.1'] } }, /alias: Stands in place of A, AAAA and CNAME/],
  [{ alias: 'a.example', records: { CNAME: ['b.example'] } }, /alias: Stands in place of A, AAAA and CNAME/],
  [{ alias: 'a.example', records: { HTTPS: ['1 . ipv4hint=auto'] } }, /alias: Its addresses are not known/],
  [{ alias: 'a.example', upWhen: { percent: 50 } }, /upWhen: An alias is up or down as a whole/],
  [{ alias: 'a.example', check: { type: 'tcp', port: 80 } }, /check: Needs addresses/],
];

for (const [pool, problem] of REFUSED)
  test(`Refused: ${JSON.stringify(pool).slice(0, 80)}`, () => {
    const manifest = read(pool);
    assert.ok(!manifest.ok);
    assert.equal(manifest.problem.length, 1, manifest.problem.join());
    assert.match(manifest.problem[0] ?? '', problem);
  });

test('A name is absolute with and without its dot, "@" is the zone, and letters are lower case', () => {
  for (const [written, target] of [
    ['Shop.Example.NET', 'shop.example.net'],
    ['shop.example.net.', 'shop.example.net'],
    ['@', 'example.com'],
  ]) {
    const manifest = read({ alias: written });
    assert.ok(manifest.ok);
    assert.equal(manifest.value.pools.get('cdn')?.alias?.target, target);
  }
});

test('It could answer both families, so that a signed zone denies neither', () => {
  const manifest = read({ alias: 'a.example' });
  assert.ok(manifest.ok);
  assert.deepEqual(
    manifest.value.pools.get('cdn')?.sets.map(({ type, rdatas }) => [type, rdatas.length]),
    [
      [1, 0],
      [28, 0],
    ],
  );
});

test('An answer process gets its target, and pools that stand in for others are among those with one', () => {
  const update = zoneUpdate({
    policy: {
      pools: {
        cdn: { alias: 'a.example', records: { TXT: ['x'] }, whenDown: { kind: 'pool', pool: 'other' } },
        other: { alias: 'b.example', records: {}, ttl: 7 },
      },
      hosts: {},
    },
  });
  const { aliased, pools } = manifestIn(update);
  assert.deepEqual(aliased.map(({ alias }) => `${alias?.target} ${alias?.ttl}`).sort(), [
    'a.example 30',
    'a.example 30',
    'b.example 7',
  ]);
  assert.deepEqual(
    pools.get('cdn')?.sets.map(({ type }) => type),
    [16],
  );
});

test('A team may have an alias of a name that it may point to', () => {
  const team = parseTeam('types: [A, AAAA, CNAME]\ntargets: ["*.cdn.example"]', '_team.yaml');
  assert.ok(team.ok);
  const limits = new TeamLimits([team.value], name('example.com.'));
  assert.ok(read({ alias: 'eu.cdn.example' }, limits).ok);
  const refused = read({ alias: 'evil.example' }, limits);
  assert.match(
    refused.ok ? '' : refused.problem.join(),
    /^pools\.cdn\.alias: "evil\.example\." is beyond "targets"/,
  );
});
