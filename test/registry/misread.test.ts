/** Files that are written between the scan that sees them changed and their reading. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { contentHash } from '../../runtime/base/files/content-hash.ts';
import { silentLogger } from '../../runtime/base/log.ts';
import { prepareFromFiles } from '../../runtime/registry/prepare.ts';
import { Registry } from '../../runtime/registry/registry.ts';
import type { ZoneUpdate } from '../../runtime/rpc/zone-update.ts';
import type { TrialSandbox } from '../../runtime/trial/policy-on-trial.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { soaFromRdata } from '../../runtime/wire/rdata/soa.ts';
import { atEnd } from '../support/at-end.ts';
import { makeFolder } from '../support/policies-folder.ts';
import { POLICY_SETTINGS, ZONE_SETTINGS } from '../support/policy-settings.ts';
import { rrsetsOf } from '../support/zone-update.ts';

/** None of these zones has a policy that can be tried. */
const NO_SANDBOX: TrialSandbox = {
  load: () => assert.fail('nothing compiles'),
  run: () => assert.fail('nothing compiles'),
  drop: () => {},
};

/** A registry, and what is to be written once before it reads the files of a zone. */
async function running(context: TestContext, files: Readonly<Record<string, string>>) {
  const folder = makeFolder(context, files);
  const served: ZoneUpdate[] = [];
  let beforeReading = () => {};
  const registry = new Registry({
    version: '0',
    root: folder.root,
    settings: {
      zone: { ...ZONE_SETTINGS, nameServers: [{ name: 'ns1.dns.example', addresses: [] }] },
      policy: POLICY_SETTINGS,
    },
    sandbox: NO_SANDBOX,
    log: silentLogger(),
    onUpdate: (put) => void served.push(...put),
    onTargets: () => {},
    transferred: {
      zones: [],
      // The registry asks for transferred records right before it reads the files.
      partOf: () => {
        const write = beforeReading;
        beforeReading = () => {};
        write();
        return undefined;
      },
    },
  });
  atEnd(context, () => registry.stop());
  await registry.start();
  const last = () => {
    const sets = rrsetsOf(served.at(-1));
    const data = (type: number) => sets.find((set) => set.type === type)?.rdatas[0] ?? new Uint8Array();
    return { www: data(RRTYPE.A).join('.'), serial: soaFromRdata(data(RRTYPE.SOA))?.serial ?? 0 };
  };
  const meanwhile = (write: () => void) => {
    beforeReading = write;
  };
  return { ...folder, registry, served, last, meanwhile };
}

test('What was written before the reading is served once, under one serial', async (context) => {
  const { write, registry, served, last, meanwhile } = await running(context, {
    'example.com.zone': 'www A 192.0.2.1\n',
  });
  const { serial } = last();
  write('example.com.zone', '; a beginning\nwww A 192.0.2.2\n');
  meanwhile(() => write('example.com.zone', 'www A 192.0.2.3\n'));
  await registry.reload();
  const first = last();
  assert.equal(first.www, '192.0.2.3');
  assert.ok(first.serial > serial);
  await registry.reload();
  assert.deepEqual(last(), first);
  assert.equal(served.length, 2, 'the scan that finds the file as it was read has nothing to hand on');
});

for (const [what, between] of [
  ['other records', 'www A 192.0.2.3\n'],
  ['no records', ''],
] as const) {
  test(`A file that was read with ${what}, and is as the scan saw it again, is read again`, async (context) => {
    const { write, registry, last, meanwhile } = await running(context, {
      'example.com.zone': '$INCLUDE hosts.inc\n',
      'hosts.inc': 'www A 192.0.2.1\n',
    });
    write('hosts.inc', 'www A 192.0.2.2\n');
    meanwhile(() => write('hosts.inc', between));
    await registry.reload();
    assert.notEqual(last().www, '192.0.2.2');
    write('hosts.inc', 'www A 192.0.2.2\n');
    await registry.reload();
    assert.equal(last().www, '192.0.2.2');
    assert.equal(registry.status()[0]?.state, 'live');
  });
}

test('A policy that was gone, or another, when it was compiled is known for misread', async (context) => {
  const { root, write } = makeFolder(context);
  const settings = { zone: ZONE_SETTINGS, policy: POLICY_SETTINGS };
  const files = { zone: 'example.com', policy: 'example.com.ts', records: undefined };
  const misread = async (hash: string) => {
    const content = new Map([['example.com.ts', { hash, modifiedAt: 0 }]]);
    const draft = await prepareFromFiles(files, content, { root, settings, sandbox: NO_SANDBOX });
    return [...(draft.misread ?? [])];
  };
  assert.deepEqual(await misread(contentHash('export')), ['example.com.ts']);
  write('example.com.ts', 'export');
  assert.deepEqual(await misread(contentHash('import')), ['example.com.ts']);
  assert.deepEqual(await misread(contentHash('export')), []);
});
