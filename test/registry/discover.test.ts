/** Which file serves which zone, told as names. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Discovery, discover, type ZoneFiles } from '../../runtime/registry/discover.ts';

function look(files: readonly string[], holders: ReadonlyMap<string, ZoneFiles> = new Map()): Discovery {
  return discover(files, holders, (file) => `policies/${file}`);
}

/** `zone: policy + records` for each. */
function told({ zones }: Discovery): string[] {
  return [...zones.values()].map(
    ({ zone, policy, records }) => `${zone}: ${policy ?? '-'} + ${records ?? '-'}`,
  );
}

test('A file name is a zone, in whatever folder, policy and records together or alone', () => {
  const files = [
    'example.com.ts',
    'example.com.zone',
    'team/deep/pay.example.js',
    'b.example.zone',
    'Big.Example.ts',
  ];
  assert.deepEqual(told(look(files)), [
    'big.example: Big.Example.ts + -',
    'b.example: - + b.example.zone',
    'example.com: example.com.ts + example.com.zone',
    'pay.example: team/deep/pay.example.js + -',
  ]);
});

test('Snippets, hidden folders, companions and other kinds of files hold no zones', () => {
  const files = [
    'snippets/regions.ts',
    'team/snippets/more/x.example.ts',
    '_shared.ts',
    '.git/config.ts',
    'node_modules/x/index.js',
    'types.d.ts',
    'example.com.test.ts',
    'tsconfig.json',
    'README.md',
    'hosts.inc',
  ];
  const discovery = look(files);
  assert.deepEqual(told(discovery), []);
  assert.deepEqual(discovery.refused, []);
  assert.deepEqual(discovery.stray, []);
});

const STRAYS: readonly (readonly [file: string, name: string])[] = [
  ['db.example.com', 'example.com.zone'],
  ['example.org.db', 'example.org.zone'],
  ['example.net.ZONE', 'example.net.zone'],
  ['example.info.', 'example.info.zone'],
  ['team/Example.Com.dns', 'example.com.zone'],
  ['pri.example.de', 'example.de.zone'],
  ['example.com', 'example.com.zone'],
  ['example.com.txt', 'example.com.zone'],
  ['example.com.zone.txt', 'example.com.zone'],
  ['db.192.0.2', '2.0.192.in-addr.arpa.zone'],
  ['2.0.192.in-addr.arpa', '2.0.192.in-addr.arpa.zone'],
  ['example.com.TS', 'example.com.ts'],
  ['example.com.mjs', 'example.com.js'],
];

for (const [file, name] of STRAYS) {
  test(`"${file}" looks like a file of a zone, and its author is told the name to give it`, () => {
    const { zones, stray } = look([file]);
    assert.equal(zones.size, 0);
    assert.deepEqual(
      stray.map(({ hint }) => [hint.severity, hint.file, hint.remedy]),
      [['warning', `policies/${file}`, `Name it ${name} to have it served`]],
    );
    assert.deepEqual(look([file, name]).stray, [], 'the zone is served: the other file is a copy');
  });
}

test('A name of a file has any octet as %XX; labels are split before they are decoded', () => {
  const files = [
    '0%2F27.2.0.192.in-addr.arpa.zone',
    '%2E.zone',
    'a%2eb.Example.ts',
    'shop.%74est.ts',
    '%C3%bc.example.js',
  ];
  assert.deepEqual(told(look(files)), [
    '%2E: - + %2E.zone',
    '%C3%BC.example: %C3%bc.example.js + -',
    '0%2F27.2.0.192.in-addr.arpa: - + 0%2F27.2.0.192.in-addr.arpa.zone',
    'a%2Eb.example: a%2eb.Example.ts + -',
    'shop.test: shop.%74est.ts + -',
  ]);
});

test('A policy that is taken for a test is told of', () => {
  const { stray } = look(['shop.test.ts', 'example.com.ts', 'example.com.test.ts']);
  assert.deepEqual(
    stray.map(({ file }) => file),
    ['shop.test.ts'],
  );
  assert.match(stray[0]?.hint.remedy ?? '', /^Name it shop\.%74est\.ts/);
});

test('Files of other kinds are not taken for zones', () => {
  const files = [
    'notes.v2.txt',
    'hosts.db',
    'CHANGES.md',
    'deploy.sh',
    'backup.2026.db',
    'a.json',
    'Makefile',
  ];
  assert.deepEqual(look(files).stray, []);
});

const BAD_NAMES: readonly (readonly [file: string, expected: RegExp])[] = [
  ['exa mple.com.ts', /label "exa mple" is not allowed/],
  ['-x.example.ts', /label "-x" is not allowed/],
  ['example.com..ts', /empty label/],
  [`${'a'.repeat(64)}.example.ts`, /longer than 63/],
  [`${'a.'.repeat(127)}example.zone`, /longer than 253/],
  ['bücher.example.ts', /write it in ASCII: "xn--bcher-kva\.example"/],
];

for (const [file, expected] of BAD_NAMES) {
  test(`"${file.slice(0, 20)}" is no zone, and its author is told why`, () => {
    const { zones, refused } = look([file]);
    assert.equal(zones.size, 0);
    assert.match(refused[0]?.diagnostic.message ?? '', expected);
    assert.match(refused[0]?.diagnostic.remedy ?? '', /Name it after its zone/);
  });
}

test('Of two folders that claim a zone at the start, the first by name has it and both are named', () => {
  const discovery = look(['b/example.com.ts', 'a/example.com.ts', 'b/example.com.zone']);
  assert.deepEqual(told(discovery), ['example.com: a/example.com.ts + -']);
  assert.deepEqual(
    discovery.refused.map(({ file, zone, diagnostic }) => [file, zone, diagnostic.message]),
    [
      [
        'b/example.com.ts',
        'example.com',
        'Zone example.com is served by policies/a/example.com.ts already, so policies/b/example.com.ts is not loaded',
      ],
      [
        'b/example.com.zone',
        'example.com',
        'Zone example.com is served by policies/a/example.com.ts already, so policies/b/example.com.zone is not loaded',
      ],
    ],
  );
});

test('Whoever has a zone keeps it, whatever newcomers are called', () => {
  const { zones } = look(['b/example.com.ts']);
  assert.deepEqual(told(look(['b/example.com.ts', 'a/example.com.ts', 'b/example.com.zone'], zones)), [
    'example.com: b/example.com.ts + b/example.com.zone',
  ]);
});

test('In one folder, .ts and .js compete as well, and the holder wins', () => {
  const { zones } = look(['example.com.ts']);
  const discovery = look(['example.com.js', 'example.com.ts'], zones);
  assert.deepEqual(told(discovery), ['example.com: example.com.ts + -']);
  assert.equal(discovery.refused[0]?.file, 'example.com.js');
});

test('A zone whose file has gone falls to the one that waited', () => {
  const { zones } = look(['b/example.com.ts']);
  assert.deepEqual(told(look(['a/example.com.ts'], zones)), ['example.com: a/example.com.ts + -']);
});
