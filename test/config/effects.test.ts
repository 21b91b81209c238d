/** What the table of effects promises holds for what control makes of the settings. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { loadConfig } from '../../runtime/config/config.ts';
import { EFFECTS, SETTINGS, type SettingName } from '../../runtime/config/settings.ts';
import { answerSettings } from '../../runtime/control/settings.ts';
import { type AnswerSettings, fixedIn, liveIn } from '../../runtime/rpc/answer-settings.ts';
import { atEnd } from '../support/at-end.ts';

const GENERATION = { file: '/nowhere', id: 'one' } as unknown as AnswerSettings['generation'];
/** Another value of each setting that answer processes know of. */
const OTHER: Partial<Record<SettingName, unknown>> = {
  listen: ['127.0.0.1:5301'],
  processes: 7,
  'zone.negativeTtl': 7,
  'transfer.allow': [{ from: '192.0.2.0/24' }],
  'transfer.zones': { 'example.com': { allow: [{ from: '192.0.2.0/24' }] } },
  'update.grants': [{ key: 'one.key' }],
  'dnssec.share': 0.5,
  'sandbox.jitless': true,
  'sandbox.allowOpenDoors': true,
  'sandbox.memory': 512,
  'memo.leaves': 7,
  'memo.policyMemory': 7,
  'memo.memory': 7,
  'memo.packets': 7,
  'geo.detail': 'none',
  'geo.files': ['/city.mmdb'],
  'geo.latency': '/rum.csv',
  'geo.overrides': { '192.0.2.0/24': { country: 'DE' } },
  'edns.udpSize': 777,
  'identity.name': 'one',
  'identity.version': 'one',
  'rateLimit.mode': 'off',
  'rateLimit.responsesPerSecond': 7,
  'rateLimit.window': 7,
  'rateLimit.slip': 7,
  'rateLimit.leak': 7,
  'rateLimit.ipv4Prefix': 31,
  'rateLimit.ipv6Prefix': 64,
  'rateLimit.exempt': [],
  'udp.sockets': 'dgram',
  'tcp.idle': 7,
  'tcp.clients': 7,
  'tcp.clientsPerAddress': 7,
  'tls.listen': ['127.0.0.1:8853'],
  'https.listen': ['127.0.0.1:8443'],
  'https.path': '/other',
  'http.redirect.listen': ['127.0.0.1:8080'],
  'http.redirect.tls.listen': ['127.0.0.1:8443'],
  'http.redirect.status': 301,
  'http.redirect.retryAfter': 5,
  'http.processes': 2,
  'http.trusted': ['10.0.0.0/8'],
  'http.hsts': 60,
  'http.limits.connections': 10,
  'http.limits.requestsPerConnection': 10,
  'http.limits.idle': 10,
  'http.limits.header': 2048,
  'proxy.from': ['192.0.2.0/24'],
  'log.queries': 0.5,
  'record.sample': 0.5,
  'record.full': true,
  user: 'daemon',
  group: 'daemon',
};

const KEYS = { 'one.key': { algorithm: 'hmac-sha256', secret: Buffer.alloc(32).toString('base64') } };

function settingsWith(name: string, value: unknown, folder: string): AnswerSettings[] {
  const data: Record<string, unknown> = {
    user: 'nobody',
    keys: KEYS,
    tls: { certificate: 'c', key: 'k' },
  };
  const keys = name.split('.');
  const [last = ''] = keys.splice(-1);
  let at = data;
  for (const key of keys) {
    const inside = (at[key] ?? {}) as Record<string, unknown>;
    at[key] = inside;
    at = inside;
  }
  at[last] = value;
  // What edge processes are told is seen where there is one.
  if (!name.startsWith('http.redirect.'))
    data.http = { ...(data.http as object), redirect: { listen: ['127.0.0.1:8081'] } };
  else if (name !== 'http.redirect.listen')
    Object.assign((data.http as { redirect: object }).redirect, { listen: ['127.0.0.1:8081'] });
  writeFileSync(path.join(folder, 'dnsteer.yaml'), JSON.stringify(data));
  const config = loadConfig({ cwd: folder, env: {} });
  assert.ok(config.ok, JSON.stringify(config));
  return answerSettings(config.value, GENERATION, '', {
    geoFiles: config.value.geo.files.map((file) => ({ file, hash: '' })),
    latencies:
      config.value.geo.latency === undefined ? undefined : { table: config.value.geo.latency, hash: '' },
  });
}

test('Every setting has its row, and there is no other', () => {
  assert.deepEqual(Object.keys(EFFECTS).sort(), SETTINGS.map(({ name }) => name).sort());
});

test('What is in force at once needs no other answer process, and what needs one changes what is fixed in it', (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-effects-'));
  atEnd(context, () => rmSync(folder, { recursive: true }));
  const before = settingsWith('user', 'nobody', folder);
  for (const [name, value] of Object.entries(OTHER)) {
    const after = settingsWith(name, value, folder);
    const isReplaced = !isDeepStrictEqual(before.map(fixedIn), after.map(fixedIn));
    assert.equal(isReplaced, EFFECTS[name as SettingName] === 'new processes', name);
    if (!isReplaced) assert.notDeepEqual(before.map(liveIn), after.map(liveIn), name);
  }
});
