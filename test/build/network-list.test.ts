/** Lists of networks in all their forms; what is none is told with its line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contentHash } from '../../runtime/base/files/content-hash.ts';
import { addressToText } from '../../runtime/base/net/ip.ts';
import { isNetworkList, MOST_NETWORKS, readNetworkList } from '../../runtime/build/network-list.ts';

function read(file: string, text: string) {
  const octets = Buffer.from(text);
  return readNetworkList(file, octets, contentHash(octets));
}

/** Where networks begin and end. */
function borders(file: string, text: string): string {
  const list = read(file, text);
  assert.ok(list.ok, list.ok ? '' : list.problem.problem);
  return ([4, 6] as const).flatMap((family) => [...list.value.borders(family)].map(addressToText)).join(' ');
}

function fault(file: string, text: string): string {
  const list = read(file, text);
  assert.ok(!list.ok, 'it is a list');
  const { problem, line } = list.problem;
  return line === undefined ? problem : `${line}: ${problem}`;
}

const SAME = '10.0.0.0 11.0.0.0 192.0.2.7 192.0.2.8 2001:db8:: 2001:db9::';

for (const [what, file, text] of [
  ['lines', 'a.txt', '10.0.0.0/8\n192.0.2.7\n2001:db8::/32\n'],
  [
    'lines with comments, blanks, and ends of Windows',
    'a.txt',
    '# ours\r\n\r\n  10.0.0.0/8 # Berlin\r\n192.0.2.7\r\n\t2001:db8::/32',
  ],
  ['a byte order mark', 'a.txt', '\uFEFF10.0.0.0/8\n192.0.2.7/32\n2001:db8::/32\n'],
  ['columns', 'a.csv', '10.0.0.0/8,Berlin\n"192.0.2.7","a, b"\n2001:db8::/32,\n'],
  [
    'columns under a heading',
    'a.csv',
    '# made by hand\nNetwork,Site\n10.0.0.0/8,Berlin\n192.0.2.7,\n2001:db8::/32\n',
  ],
  ['JSON', 'a.networks.json', '["10.0.0.0/8", "192.0.2.7",\n "2001:db8::/32"]'],
  [
    'networks in any order, twice and inside of others',
    'a.txt',
    '2001:db8::/32\n192.0.2.7\n10.9.0.0/16\n10.0.0.0/8\n192.0.2.7\n',
  ],
] as const)
  test(`A list of ${what} is read`, () => assert.equal(borders(file, text), SAME));

test('A list may be of none only where that is written', () => {
  assert.equal(borders('a.networks.json', '[]'), '');
  assert.equal(fault('a.txt', '# nothing yet\n'), 'it lists no network');
  assert.equal(fault('a.csv', 'network,site\n'), 'it lists no network');
});

for (const [file, text, told] of [
  ['a.txt', '10.0.0.0/8\n10.0.0/8\n', '2: "10.0.0/8" is no network'],
  ['a.txt', '10.0.0.0/8\n192.0.2.0/24 192.0.3.0/24\n', '2: "192.0.2.0/24 192.0.3.0/24" is no network'],
  ['a.txt', 'network\n10.0.0.0/8\n', '1: "network" is no network'],
  ['a.csv', 'network,site\nsubnet,site\n', '2: "subnet" is no network'],
  ['a.csv', '10.0.0.0/8,a\n10.0.0.0/33,b\n', '2: "10.0.0.0/33" is no network'],
  ['a.csv', '10.0.0.0/8,a\n,b\nx\n', '3: "x" is no network'],
  ['a.networks.json', '{"networks": []}', 'it is no array'],
  ['a.networks.json', '["10.0.0.0/8", 7]', 'item 2 is no text'],
  ['a.networks.json', '["10.0.0.0/8", "ten"]', 'item 2: "ten" is no network'],
  ['a.txt', `${'9'.repeat(500)}\n`, `1: "${'9'.repeat(60)}" is no network`],
] as const)
  test(`${JSON.stringify(text.slice(0, 60))} in ${file} is told: ${told.slice(0, 60)}`, () =>
    assert.equal(fault(file, text), told));

test('JSON that was cut is told', () =>
  assert.match(fault('a.networks.json', '["10.0.0.0/8", "19'), /^it is no JSON: /));

test('A list holds a million networks, and no more', () => {
  const lines = Array.from(
    { length: MOST_NETWORKS },
    (_, index) => `${index >> 14}.${(index >> 6) & 255}.${(index & 63) << 2}.0/24`,
  );
  const list = read('a.txt', lines.join('\n'));
  assert.ok(list.ok);
  assert.equal([...list.value.borders(4)].length, 2 * MOST_NETWORKS);
  assert.equal(list.value.has({ family: 4, bytes: Uint8Array.of(7, 5, 8, 77) }), true);
  assert.equal(list.value.has({ family: 4, bytes: Uint8Array.of(7, 5, 9, 77) }), false);
  assert.equal(list.value.prefixLength({ family: 4, bytes: Uint8Array.of(7, 5, 8, 77) }), 24);
  lines.push('192.0.2.0/24');
  assert.equal(
    fault('a.txt', lines.join('\n')),
    `${MOST_NETWORKS + 1}: it has more than ${MOST_NETWORKS} networks`,
  );
});

test('A list is known by its name', () => {
  assert.deepEqual(['a.txt', 'b/c.csv', 'a.networks.json', 'a.json', 'a.ts', 'txt'].map(isNetworkList), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
