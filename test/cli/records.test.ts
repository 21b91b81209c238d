/** `dnsteer records` against an admin server, and the counts of dynamic records. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { shownRecord } from '../../runtime/admin/dynamic-records.ts';
import { type AdminServer, startAdmin } from '../../runtime/admin/server.ts';
import { silentLogger } from '../../runtime/base/log.ts';
import { type DynamicRecord, recordKey } from '../../runtime/update/dynamic-record.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { fakeFacts, fakeSource } from '../admin/fake-source.ts';
import { name, rdata } from '../support/wire.ts';
import { dnsteer, testFolder } from './dnsteer.ts';

const cwd = testFolder({});
const since = Date.UTC(2026, 10, 30);

function text(owner: string, value: string): DynamicRecord {
  return {
    owner: name(owner),
    type: RRTYPE.TXT,
    ttl: 60,
    rdata: rdata('TXT', value),
    since,
    by: 'key.example',
  };
}

const [served, stated, gone] = [
  text('a.example.com.', '"one two"'),
  text('b.example.com.', '"x"'),
  text('c.gone.example.', '"y"'),
] as const;
const source = fakeSource({
  facts: () => fakeFacts({ dynamicCountOf: (zone) => (zone === 'example.com' ? 2 : undefined) }),
  dynamicRecords: () => [
    shownRecord('example.com', served, new Map([[recordKey(stated), 'in-file']])),
    shownRecord('example.com', stated, new Map([[recordKey(stated), 'in-file']])),
    shownRecord('gone.example', gone, undefined),
  ],
});
let admin: AdminServer;
before(async () => {
  admin = await startAdmin({ listen: { address: '127.0.0.1', port: 0 }, source, log: silentLogger() });
});
after(() => admin.close());

function run(...args: readonly string[]): ReturnType<typeof dnsteer> {
  return dnsteer(args, { cwd, env: { DNSTEER_ADMIN_LISTEN: new URL(admin.url).host } });
}

test('It lists name, TTL, type, data, key, time, and what is not served', async () => {
  const { code, stdout } = await run('records');
  assert.equal(code, 0);
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/ {2,}/)),
    [
      ['NAME', 'TTL', 'TYPE', 'DATA', 'KEY', 'SINCE', 'NOT SERVED'],
      ['a.example.com.', '60', 'TXT', '"one two"', 'key.example', '2026-11-30T00:00:00.000Z'],
      [
        'b.example.com.',
        '60',
        'TXT',
        '"x"',
        'key.example',
        '2026-11-30T00:00:00.000Z',
        'a file states it as well',
      ],
      [
        'c.gone.example.',
        '60',
        'TXT',
        '"y"',
        'key.example',
        '2026-11-30T00:00:00.000Z',
        'the zone is not served with it',
      ],
    ],
  );
});

test('It lists one zone, also one that is gone; another is a mistake', async () => {
  const { stdout } = await run('records', 'GONE.example.', '--json');
  assert.deepEqual(
    (JSON.parse(stdout) as { records: { name: string }[] }).records.map((record) => record.name),
    ['c.gone.example.'],
  );
  const unknown = await run('records', 'exampel.com');
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /No zone "exampel\.com" is served; did you mean example\.com\?/);
});

test('Status, page and metrics count them', async () => {
  assert.match((await run('status')).stdout, /^ {2}example\.com has 2 dynamic records: dnsteer records/m);
  const page = async (at: string): Promise<string> => (await fetch(new URL(at, admin.url))).text();
  assert.match(await page('/'), /2 dynamic records/);
  assert.match(await page('/metrics'), /^dnsteer_dynamic_records\{zone="example\.com"\} 2$/m);
});
