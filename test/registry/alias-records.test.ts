/** ALIAS records of a zone file are served as hosts, with a policy beside the file and without one. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, before, type TestContext, test } from 'node:test';
import { formatDiagnostic } from '../../runtime/base/diagnostic.ts';
import { silentLogger } from '../../runtime/base/log.ts';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import { Registry } from '../../runtime/registry/registry.ts';
import type { ZoneUpdate } from '../../runtime/rpc/zone-update.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import { nameToText } from '../../runtime/wire/name.ts';
import { atEnd } from '../support/at-end.ts';
import { type Folder, makeFolder } from '../support/policies-folder.ts';
import { POLICY_SETTINGS, ZONE_SETTINGS } from '../support/policy-settings.ts';
import { manifestIn } from '../support/sent-manifest.ts';
import { until } from '../support/until.ts';

const { script: prelude } = await preludeBundle();
const sandbox = new Sandbox({ spare: false, isPatient: true, prelude });
before(() => sandbox.start());
after(() => sandbox.stop());

interface Running extends Folder {
  readonly told: () => string;
  /** The version of the zone that was handed on last. */
  readonly live: () => ZoneUpdate | undefined;
  readonly next: () => Promise<unknown>;
}

async function running(
  context: TestContext,
  files: Readonly<Record<string, string>>,
  hasResolvers = true,
): Promise<Running> {
  const folder = makeFolder(context, files);
  const events = new EventEmitter();
  const updates: ZoneUpdate[] = [];
  const registry = new Registry({
    version: '0',
    root: folder.root,
    settings: {
      zone: {
        ...ZONE_SETTINGS,
        nameServers: [{ name: 'ns1.dns.example', addresses: [] }],
        contact: 'hostmaster.dns.example',
      },
      policy: POLICY_SETTINGS,
      hasResolvers,
    },
    sandbox,
    log: silentLogger(),
    onExpected: () => Promise.resolve(),
    onUpdate: (put) => {
      updates.push(...put);
      events.emit('burst');
    },
    onTargets: () => {},
  });
  atEnd(context, () => registry.stop());
  await registry.start();
  return {
    ...folder,
    told: () =>
      registry
        .status()
        .flatMap(({ problems }) => problems.map(formatDiagnostic))
        .join('\n')
        .replaceAll(folder.root, 'policies'),
    live: () => updates.at(-1),
    next: () => once(events, 'burst'),
  };
}

function hostsOf(update: ZoneUpdate | undefined): string[] {
  const { hosts, plans } = manifestIn(update);
  return hosts.map(({ name, place }) => {
    const plan = plans.at(place);
    const pool = plan?.kind === 'pool' ? plan.pool : undefined;
    return `${nameToText(name)} ${pool?.alias?.target ?? plan?.kind ?? 'decided'} ${pool?.ttl ?? ''}`.trim();
  });
}

test('A zone without a policy has its ALIAS records as hosts, and goes by changes of its file', async (context) => {
  const { live, told, next, write } = await running(context, {
    'example.com.zone':
      '@ 300 ALIAS shop.example.net.\n@ MX 10 mail.example.net.\n*.app 60 ANAME app.example.net.\n',
  });
  assert.equal(told(), '');
  assert.deepEqual(hostsOf(live()), [
    'example.com. shop.example.net 300',
    '*.app.example.com. app.example.net 60',
  ]);
  assert.match(live()?.policy?.file ?? '', /example\.com\.zone$/);
  const changed = next();
  write('example.com.zone', '@ 300 ALIAS other.example.net.\n');
  await changed;
  assert.deepEqual(hostsOf(live()), ['example.com. other.example.net 300']);
  write('example.com.zone', '@ 300 ALIAS\n');
  await until(
    () => Promise.resolve(told()),
    (text) => text.includes('ALIAS has no target'),
  );
  assert.deepEqual(hostsOf(live()), ['example.com. other.example.net 300'], 'what was sound stays');
  const without = next();
  write('example.com.zone', '@ 300 MX 10 mail.example.net.\n');
  await without;
  assert.equal(live()?.policy, undefined);
});

test('A policy beside the file keeps its hosts, also in the compiled form of JavaScript and of a handler', async (context) => {
  const zone = 'www 300 ALIAS shop.example.net.\n';
  const ofPolicy = await running(context, {
    'example.com.ts': `import { definePolicy } from 'dnsteer';
export default definePolicy({ fallback: { A: '192.0.2.1' }, hosts: { a: () => ({ A: '192.0.2.1' }) } });`,
    'example.com.zone': zone,
  });
  assert.equal(ofPolicy.told(), '');
  assert.deepEqual(hostsOf(ofPolicy.live()), [
    'a.example.com. decided',
    'www.example.com. shop.example.net 300',
  ]);
  const changed = ofPolicy.next();
  ofPolicy.write('example.com.zone', 'www 60 ALIAS shop.example.net.\n');
  await changed;
  assert.deepEqual(hostsOf(ofPolicy.live()).slice(1), ['www.example.com. shop.example.net 60']);
});

test('A host of the policy at the name of an ALIAS is refused at the line of the host', async (context) => {
  const { told } = await running(context, {
    'example.com.ts': `import { definePolicy } from 'dnsteer';
export default definePolicy({
  fallback: { A: '192.0.2.1' },
  hosts: { www: { A: '192.0.2.1' } },
});`,
    'example.com.zone': 'www 300 ALIAS shop.example.net.\n',
  });
  assert.match(
    told(),
    /^policies\/example\.com\.ts:4:\d+: error: hosts\.www: The zone file has an ALIAS at this name/,
  );
});

test('Without resolvers a file with an ALIAS is refused with its line', async (context) => {
  const { told } = await running(context, { 'example.com.zone': '@ MX 10 a\n@ ALIAS b.example.\n' }, false);
  assert.match(told(), /^policies\/example\.com\.zone:2:1: error: ALIAS takes a resolver/);
});
