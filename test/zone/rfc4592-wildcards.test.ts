/** The example of RFC 4592 §2.2.1, and what that section and §2.2.3 say of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { name } from '../support/wire.ts';
import { ask, zoneFromText } from '../support/zone.ts';

const ZONE = zoneFromText(
  `$ORIGIN example.
@                 3600 IN  SOA   ns.example.com. host.example.com. 1 7200 900 1209600 300
@                 3600     NS    ns.example.com.
@                 3600     NS    ns.example.net.
*                 3600     TXT   "this is a wildcard"
*                 3600     MX    10 host1
sub.*             3600     TXT   "this is not a wildcard"
host1             3600     A     192.0.2.1
_ssh._tcp.host1   3600     SRV   0 0 22 host1
_ssh._tcp.host2   3600     SRV   0 0 22 host1
subdel            3600     NS    ns.example.com.
subdel            3600     NS    ns.example.net.
`,
  [],
  name('example.'),
);

const CASES: readonly (readonly [question: string, outcome: RegExp])[] = [
  ['host3.example. MX', /^answer wildcard \*\.example\. 3600 MX 10 host1\.example\.$/],
  ['host3.example. A', /^nodata wildcard$/],
  ['foo.bar.example. TXT', /^answer wildcard .*"this is a wildcard"$/],
  ['host1.example. MX', /^nodata$/],
  ['sub.*.example. MX', /^nodata$/],
  ['_telnet._tcp.host1.example. SRV', /^nxdomain$/],
  ['host.subdel.example. A', /^delegation subdel\.example\. /],
  ['ghost.*.example. MX', /^nxdomain$/],
];

for (const [question, outcome] of CASES) {
  test(`RFC 4592 §2.2.1: ${question}`, () => assert.match(ask(ZONE, question), outcome));
}

test('RFC 4592 §2.2.3: host2 exists, as a name does below it', () => {
  assert.equal(ask(ZONE, 'host2.example. TXT'), 'nodata');
  assert.equal(ask(ZONE, '_tcp.host2.example. SRV'), 'nodata');
  assert.equal(ask(ZONE, 'x.host2.example. TXT'), 'nxdomain');
});
