/** ALIAS records of zone files: how they are written, and what may not stand beside them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { absoluteNameFromText, nameToText, ROOT } from '../../runtime/wire/name.ts';
import { aliasProblems } from '../../runtime/zone/file-alias.ts';
import { type ParsedZone, parseZone } from '../../runtime/zone/zone-file.ts';

const read = absoluteNameFromText('example.com', ROOT);
const origin = read.ok ? read.value : ROOT;

function parsed(text: string): ParsedZone {
  return parseZone(text, { origin, file: 'f', takesAliases: true });
}

function problems(text: string, hasResolvers = true): string[] {
  const { records, places, aliases, diagnostics } = parsed(text);
  return [...diagnostics, ...aliasProblems(aliases, records, places, origin, hasResolvers)].map((one) =>
    formatDiagnostic(one),
  );
}

test('ALIAS and ANAME name another name, with the TTL and the owner of any record', () => {
  const { aliases, records } = parsed(
    '$TTL 20\n@ 300 IN ALIAS shop.cdn.example.net.\n  MX 10 mail\nWWW ANAME lb\n$GENERATE 1-2 h$ 5 ALIAS t$.example.\n',
  );
  assert.deepEqual(
    aliases.map(({ owner, ttl, target, place }) =>
      [nameToText(owner), ttl, nameToText(target), place.line].join(' '),
    ),
    [
      'example.com. 300 shop.cdn.example.net. 2',
      'www.example.com. 20 lb.example.com. 4',
      'h1.example.com. 5 t1.example. 5',
      'h2.example.com. 5 t2.example. 5',
    ],
  );
  assert.equal(records.size, 1);
});

test('What an ALIAS cannot be, or cannot stand beside, is refused with its line', () => {
  const told = (text: string): string => problems(text).join('\n');
  assert.equal(told('@ ALIAS a.example.\n@ MX 10 b\nwww TXT x\n'), '');
  assert.match(told('@ ALIAS\n'), /^f:1:3: error: ALIAS has no target/);
  assert.match(told('@ ALIAS a.example. b\n'), /^f:1:20: error: "b" is too much/);
  assert.match(told('@ ALIAS *.example.\n'), /^f:1:9: error: "\*\.example\." is no name of a host/);
  assert.match(told('@ ALIAS .\n'), /is no name of a host/);
  assert.match(
    told('www ALIAS a.example.\nWWW AAAA 2001:db8::1\n'),
    /^f:2:1: error: AAAA beside the ALIAS of www\.example\.com\. on line 1/,
  );
  assert.match(told('www CNAME b\nwww ALIAS a.example.\n'), /^f:1:1: error: CNAME beside the ALIAS/);
  assert.match(
    told('www ALIAS a.example.\nwww ANAME b.example.\n'),
    /^f:2:1: error: www\.example\.com\. has an ALIAS on line 1 already/,
  );
  assert.match(
    told('www.example.net. ALIAS a.example.\n'),
    /^f:1:1: error: www\.example\.net\. is outside the zone/,
  );
  assert.match(told('$GENERATE 1-1001 h$ ALIAS a.example.\n'), /Zone has more than 1000 ALIAS records/);
});

test('Without resolvers in the settings an ALIAS is refused with its line', () => {
  const [problem = '', ...others] = problems('@ MX 10 b\n@ ALIAS a.example.\n', false);
  assert.match(
    problem,
    /^f:2:1: error: ALIAS takes a resolver, which the settings do not name\n(.*\n)*.*resolvers/,
  );
  assert.deepEqual(others, []);
  assert.deepEqual(problems('@ MX 10 b\n', false), []);
});

test('Text that is no zone file of the server has no ALIAS', () => {
  const { diagnostics } = parseZone('@ ALIAS a.example.\n', { origin, file: 'f' });
  assert.match(diagnostics.map((one) => formatDiagnostic(one)).join(), /Unknown type "ALIAS"/);
});
