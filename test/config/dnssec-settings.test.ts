/** Settings of DNSSEC: what is signed is said plainly, and what must not be used to sign is refused by name. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { loadConfig } from '../../runtime/config/config.ts';

const cwd = mkdtempSync(path.join(tmpdir(), 'dnsteer-dnssec-settings-'));
after(() => rmSync(cwd, { recursive: true }));

function load(yaml: string, env: Readonly<Record<string, string>> = {}): ReturnType<typeof loadConfig> {
  writeFileSync(path.join(cwd, 'dnsteer.yaml'), yaml);
  return loadConfig({ env, cwd });
}

function dnssecOf(yaml: string, env?: Readonly<Record<string, string>>) {
  const read = load(yaml, env);
  assert.ok(read.ok, read.ok ? '' : read.problem.map(formatDiagnostic).join('\n'));
  return read.value.dnssec;
}

test('Nothing is signed by default; all else has its default', () => {
  assert.deepEqual(dnssecOf(''), {
    zones: [],
    keys: path.join(cwd, 'keys'),
    algorithm: 13,
    scheme: 'csk',
    validity: 1_209_600,
    denial: 'chain',
    share: 0.25,
    rolls: true,
    resign: false,
    automatic: {
      sign: ['start', 'report', 'expire', 'done'],
      csk: ['start', 'report', 'expire', 'done'],
      ksk: ['start', 'report', 'expire', 'done'],
      zsk: ['start', 'report', 'expire', 'done'],
      algorithm: ['report', 'expire', 'done'],
      unsign: ['report', 'expire', 'done'],
    },
    lifetimes: { csk: 'never', ksk: 'never', zsk: 30 * 86_400 },
    waits: { zone: 86_400, parent: 86_400, margin: 300, look: 300, idle: 3600, purge: 30 * 86_400 },
    resolvers: [],
    perZone: {},
  });
});

test('Zones are names and patterns, in lower case', () => {
  const { zones } = dnssecOf('dnssec:\n  zones: [Shop.Example., "*.example", "*"]');
  assert.deepEqual(zones, ['shop.example', '*.example', '*']);
});

test('One zone may have settings of its own', () => {
  const { perZone } = dnssecOf(
    'dnssec:\n  perZone:\n    Shop.Example: { algorithm: ed25519, validity: 30d, denial: compact, parent: none }',
  );
  assert.deepEqual(perZone, {
    'shop.example': { algorithm: 15, validity: 2_592_000, denial: 'compact', parent: 'none' },
  });
});

test('Zones of a pattern may have settings of their own, those of rolls too', () => {
  const { perZone } = dnssecOf(`dnssec:
  perZone:
    "*": { lifetimes: { zsk: never } }
    "*.Internal.": { parent: none, automatic: { csk: [] }, waits: { purge: 7d, zone: 300 } }
    a.internal: { parent: asked, lifetimes: { csk: 365d } }`);
  assert.deepEqual(perZone, {
    '*': { lifetimes: { zsk: 'never' } },
    '*.internal': { parent: 'none', automatic: { csk: [] }, waits: { purge: 604_800, zone: 300 } },
    'a.internal': { parent: 'asked', lifetimes: { csk: 31_536_000 } },
  });
});

test('Algorithms and times may come from variables', () => {
  const env = {
    DNSTEER_DNSSEC_ALGORITHM: '15',
    DNSTEER_DNSSEC_VALIDITY: '1209600',
    DNSTEER_DNSSEC_ZONES: '*',
  };
  const { algorithm, validity, zones } = dnssecOf('', env);
  assert.deepEqual([algorithm, validity, zones], [15, 1_209_600, ['*']]);
});

test('What cannot be is refused, with the reason', () => {
  for (const [yaml, message] of [
    ['zones: [a..b]', /"dnssec.zones\[0\]" must be a zone, "\*" for all/],
    ['zones: ["a.*.example"]', /"dnssec.zones\[0\]" must be a zone/],
    ['algorithm: RSASHA1', /RSASHA1 \(5\) signs SHA-1 .*RFC 9905/],
    ['algorithm: 7', /RSASHA1-NSEC3-SHA1 \(7\) signs SHA-1/],
    ['algorithm: 1', /RSAMD5 \(1\) signs MD5 .*RFC 9904/],
    ['algorithm: 12', /ECC-GOST \(12\) must not be used/],
    ['algorithm: RSASHA256', /RSASHA256 \(8\).*can be imported/],
    ['algorithm: ED25591', /did you mean ED25519/],
    ['algorithm: 99', /must be one of ECDSAP256SHA256, ED25519/],
    ['algorithm: []', /must be the name or the number of an algorithm/],
    ['validity: 1d', /must be a time from 2d to 366d/],
    ['validity: soon', /must be a time from 2d to 366d/],
    ['scheme: zsk', /must be one of csk, ksk-zsk/],
    ['denial: nsec3', /must be one of chain, compact/],
    ['share: 0', /must be a number from 0.01 to 1/],
    ['parent: example', /must be one of none/],
    ['perZone: { a.example: { rolls: false } }', /Unknown setting "dnssec.perZone.a.example.rolls"/],
    ['perZone: { a..b: {} }', /Key "a..b" of "dnssec.perZone" must be a zone, "\*" for all/],
    ['perZone: []', /must be a mapping from zones or patterns to settings/],
    [
      'perZone: { "*.example": { lifetimes: { zsk: 1s } } }',
      /"dnssec.perZone.\*.example.lifetimes.zsk" must be a time from 3600 s/,
    ],
    [
      'perZone: { a.example: { automatic: { csk: [begin] } } }',
      /"dnssec.perZone.a.example.automatic.csk\[0\]" must be one of start, report, expire, done, not "begin"/,
    ],
    [
      'perZone: { a.example: { waits: { ilde: 1d } } }',
      /Unknown setting "dnssec.perZone.a.example.waits.ilde"[\s\S]*Did you mean "idle"/,
    ],
    ['keys: .dnsteer/keys', /"dnssec.keys" names ".*".*in the state folder/],
    ['keys: .dnsteer', /in the state folder/],
  ] as const) {
    const read = load(`dnssec:\n  ${yaml}`);
    assert.ok(!read.ok, `${yaml} is accepted`);
    assert.match(read.problem.map(formatDiagnostic).join('\n'), message);
  }
});
