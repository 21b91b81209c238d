/** Aliases that lead back to themselves, by way of whatever zones are served. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AliasLoops } from '../../../runtime/control/aliases/alias-loops.ts';
import { type Manifest, readManifest } from '../../../runtime/plan/manifest.ts';
import type { PlanData, PoolData } from '../../../runtime/rpc/plan.ts';
import { CHECK_TIMING } from '../../support/check-timing.ts';
import { name } from '../../support/wire.ts';

/** A policy of these hosts: each with the target of its alias, `*` for a handler. */
function policy(
  zone: string,
  hosts: Readonly<Record<string, string>>,
  pools: Readonly<Record<string, PoolData>> = {},
): Manifest {
  const own = Object.entries(hosts).filter(([, target]) => target !== '*');
  const manifest = readManifest(
    {
      form: 'policy',
      pools: {
        ...pools,
        ...Object.fromEntries(own.map(([host, alias]) => [poolOf(host), { alias, records: {} }])),
      },
      fallback: { kind: 'nodata' },
      hosts: Object.fromEntries(
        Object.entries(hosts).map(([host, target]): [string, PlanData | null] => [
          host,
          target === '*' ? null : { kind: 'pool', pool: poolOf(host) },
        ]),
      ),
      records: {},
    },
    {
      zone: name(`${zone}.`),
      defaultTtl: 30,
      maxBudgetMs: 50,
      maxDeadlineMs: 500,
      checkTiming: CHECK_TIMING,
    },
  );
  assert.ok(manifest.ok, manifest.ok ? '' : manifest.problem.join());
  return manifest.value;
}

const poolOf = (host: string): string => `p${host.replaceAll(/[@*]/g, 'x')}`;

function loopsOf(zones: Readonly<Record<string, Manifest>>): string[] {
  const loops = new AliasLoops();
  for (const [zone, manifest] of Object.entries(zones)) loops.set(zone, manifest);
  return loops.find().map((way) => way.join(' '));
}

test('An alias of itself, of another that leads back, and by way of another zone', () => {
  assert.deepEqual(loopsOf({ 'a.example': policy('a.example', { '@': 'a.example' }) }), [
    'a.example a.example',
  ]);
  assert.deepEqual(
    loopsOf({ 'a.example': policy('a.example', { one: 'two.a.example', two: 'one.a.example' }) }),
    ['one.a.example two.a.example one.a.example'],
  );
  const [a, b] = [policy('a.example', { '@': 'www.b.example' }), policy('b.example', { www: 'a.example' })];
  assert.deepEqual(loopsOf({ 'a.example': a, 'b.example': b }), ['a.example www.b.example a.example']);
  assert.deepEqual(loopsOf({ 'a.example': a }), []);
});

test('A way that ends is none, however many lead to it', () => {
  const zone = policy('a.example', {
    one: 'three.a.example',
    two: 'three.a.example',
    three: 'cdn.example.net',
  });
  assert.deepEqual(loopsOf({ 'a.example': zone }), []);
});

test('Through a wildcard, a handler, and a plan that stands in for a pool', () => {
  const wild = policy('a.example', { '*.app': 'deep.in.app.a.example' });
  assert.deepEqual(loopsOf({ 'a.example': wild }), ['*.app.a.example *.app.a.example']);
  const handler = policy('a.example', { www: '*' }, { cdn: { alias: 'www.a.example', records: {} } });
  assert.deepEqual(loopsOf({ 'a.example': handler }), ['www.a.example www.a.example']);
  const standIn = policy('a.example', { www: 'cdn.example.net' }, {});
  assert.deepEqual(loopsOf({ 'a.example': standIn }), []);
});

test('A zone that is served no more leads nowhere', () => {
  const loops = new AliasLoops();
  loops.set('a.example', policy('a.example', { '@': 'a.example' }));
  loops.set('a.example', undefined);
  assert.deepEqual(loops.find(), []);
});
