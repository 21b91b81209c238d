/** What BIND and Knot read in a master file, against what we do. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { recordToText } from '../../runtime/wire/record.ts';
import { checkZone } from '../../runtime/zone/check.ts';
import { loadZoneFile } from '../../runtime/zone/load.ts';
import { parseZoneText } from '../../runtime/zone/zone-file.ts';
import { atEnd } from '../support/at-end.ts';
import { missing } from '../support/dig.ts';
import { ORIGIN } from '../support/zone.ts';

const MAIN = String.raw`
$TTL 1h30m
@	IN	SOA	ns1 hostmaster.example.com. (
		2026112301 ; serial ("
		2h 15m 2w  ; refresh, retry, expire
		30 )
	NS	ns1
	NS	ns2.example.net.
ns1	300 IN	A	192.0.2.1
	IN 300	AAAA	2001:db8::1
*	TXT	"any; (thing)" \"quoted\" "\009tab" ( joined
"lines" )
WWW	CLASS1 CNAME	@
a\.b	TXT	"a dot in a label"
\097\000	A	192.0.2.7
_sip._tcp SRV	0 5 5060 sip
sip	TYPE1	\# 4 C0000205
$INCLUDE included.zone sub
after	A	192.0.2.6
$INCLUDE "included.zone"
last	AAAA	::ffff:192.0.2.1
`;

const INCLUDED = String.raw`
@	MX	10 mail
mail	1D	A	192.0.2.9
x	HTTPS	1 . alpn="h2,h3" ipv4hint=192.0.2.1
y	SVCB	0 mail
$TTL 7
$ORIGIN deeper
z	TYPE65280 \# 3 ab cdef
	CAA	0 issue "ca.example; policy=ev"
	PTR	mail
`;

function written(context: TestContext): { folder: string; file: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-'));
  atEnd(context, () => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'main.zone');
  writeFileSync(file, MAIN);
  writeFileSync(path.join(folder, 'included.zone'), INCLUDED);
  return { folder, file };
}

test('BIND and we read the same records', { skip: missing('named-checkzone') }, (context) => {
  const { folder, file } = written(context);
  const options = ['-i', 'none', '-k', 'ignore', '-D', '-s', 'full', '-o', '-', 'example.com', file];
  const bind = spawnSync('named-checkzone', options, { cwd: folder, encoding: 'utf8' });
  assert.equal(bind.status, 0, bind.stderr);
  const theirs = parseZoneText(bind.stdout, { origin: ORIGIN });
  const ours = loadZoneFile(file, { origin: ORIGIN, root: folder });
  assert.deepEqual(
    [...theirs.diagnostics, ...ours.diagnostics, ...checkZone(ORIGIN, [...ours.records], [])],
    [],
  );
  assert.ok([...ours.records].length > 20);
  assert.deepEqual(lines([...ours.records]), lines(theirs.records));
});

test('Knot takes the same file, and refuses it where something is wrong', {
  skip: missing('kzonecheck'),
}, (context) => {
  const { folder, file } = written(context);
  // It knows neither CLASS1 (RFC 3597 §5) nor an origin that is relative.
  const text = MAIN.replace('CLASS1', 'IN').replace('included.zone sub', 'included.zone sub.example.com.');
  writeFileSync(path.join(folder, 'included.zone'), INCLUDED.replace('deeper', 'deeper.example.com.'));
  const check = (zone: string) => {
    writeFileSync(file, zone);
    return spawnSync('kzonecheck', ['-o', 'example.com', file], { encoding: 'utf8' });
  };
  const knot = check(text);
  assert.equal(knot.status, 0, knot.stdout + knot.stderr);
  assert.notEqual(check(`${text}last AAAA 192.0.2.1\n`).status, 0);
});

function lines(records: readonly Parameters<typeof recordToText>[0][]): string[] {
  return records.map((record) => recordToText(record).toLowerCase()).sort();
}
