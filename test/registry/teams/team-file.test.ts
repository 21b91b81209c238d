/** Manifests that are wrong: what is told, and where. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDiagnostic } from '../../../runtime/base/diagnostic.ts';
import { CHECK_TYPES } from '../../../runtime/config/teams/team-schema.ts';
import { CHECK_KINDS } from '../../../runtime/health/check-kinds.ts';
import { parseTeam } from '../../../runtime/registry/teams/team-file.ts';

function told(text: string): string {
  const read = parseTeam(text, 'policies/payments/_team.yaml');
  assert.ok(!read.ok, text);
  assert.ok(read.problem.every(({ code }) => code === 'TEAM_MANIFEST'));
  return read.problem.map(formatDiagnostic).join('\n');
}

const WRONG: [string, RegExp][] = [
  ['', /_team\.yaml: error: The manifest holds nothing/],
  ['# all of it is gone\n', /holds nothing/],
  [
    'types: [A]\nzonez: [pay.example]\n',
    /_team\.yaml:2:1: error: Unknown key "zonez".*Did you mean "zones"\?/s,
  ],
  [
    'types:\n  - A\n  - AAAAA\n',
    /_team\.yaml:3:5: error: Key "types\[1\]" must be a record type.*not "AAAAA"/s,
  ],
  ['names: ["w*w"]', /Key "names\[0\]" must be a name in the zone or a pattern/],
  ['zones: ["a..b"]', /Key "zones\[0\]" must be a name or a pattern/],
  ['addresses: [192.0.2.0/33]', /Key "addresses\[0\]" must be a network/],
  ['addresses: 192.0.2.0/24', /Key "addresses" must be a list of networks/],
  ['checks: { interval: 0 }', /Key "checks\.interval" must be a number from 1 to 3600/],
  ['checks: { kinds: [smtp] }', /Key "checks\.kinds\[0\]" must be one of tcp, http, https/],
  ['budget: fast', /Key "budget" must be a number/],
  ['types: [A\n', /_team\.yaml:\d:\d+: error: /],
  ['types: [A]\ntypes: [TXT]\n', /_team\.yaml:2:1: error: /],
  ['- types\n', /must be a mapping/],
  ['types: *none\n', /No anchor/],
  [`a: &a [1,1,1,1,1,1,1,1,1]\n${aliases()}`, /_team\.yaml: error: The manifest cannot be read|Unknown key/],
];

/** Each line is nine times as large as the one before, once it is resolved. */
function aliases(): string {
  const names = 'abcdefghij';
  return Array.from(names.slice(1))
    .map((name, at) => `${name}: &${name} [${`*${names[at]},`.repeat(9)}]`)
    .join('\n');
}

for (const [text, expected] of WRONG)
  test(`A wrong manifest says where: ${JSON.stringify(text.slice(0, 40))}`, () =>
    assert.match(told(text), expected));

test('Each rule knows its line', () => {
  const read = parseTeam('zones: [pay.example]\n\nchecks:\n  kinds: [tcp]\n  interval: 5\n', 'x.yaml');
  assert.ok(read.ok);
  const { zones, kinds, interval } = read.value;
  assert.deepEqual([zones?.at, kinds?.at, interval?.at], ['x.yaml:1', 'x.yaml:4', 'x.yaml:5']);
});

test('Manifests know all kinds of checks', () => {
  assert.deepEqual(
    [...CHECK_TYPES],
    CHECK_KINDS.map(({ type }) => type),
  );
});
