/** Settings that a process takes over between two queries: nothing made under those before is sent after. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveSettings } from '../../runtime/rpc/answer-settings.ts';
import { Server } from './server.ts';

const LIMIT = {
  perSecond: 1,
  windowSeconds: 1,
  slip: 0,
  leak: 0,
  ipv4Bits: 24,
  ipv6Bits: 56,
  exempt: [],
  isTrial: false,
};

const BEFORE: LiveSettings = {
  udpPayloadSize: 1232,
  identity: {},
  negativeTtl: 30,
  memo: { leaves: 100, policyMemory: 1, memory: 1, packets: 1024 },
  tcp: { idleMs: 30_000, clients: 10, clientsPerAddress: 10 },
  proxies: [],
  signing: { share: 1 },
  queryLogSample: 0,
  record: { sample: 0, full: false },
  transfers: { keys: [], allow: [], zones: {}, primaries: {}, updates: [] },
};

/** A policy that denies, so that the setting says for how long. */
function serving(): Server {
  const server = new Server();
  server.put({
    zone: 'example.com',
    policy: { fallback: { kind: 'nxdomain' }, hosts: { www: { kind: 'nxdomain' } } },
  });
  return server;
}

test('What is kept of replies is not sent under other settings', () => {
  const server = serving();
  const ttl = () => Number(/ (\d+) (?:IN )?SOA/.exec(server.ask('www.example.com A').join('\n'))?.[1]);
  assert.equal(ttl(), 30);
  assert.equal(ttl(), 30);
  server.answering.use({ ...BEFORE, negativeTtl: 7 });
  assert.equal(ttl(), 7);
  server.answering.use({ ...BEFORE, negativeTtl: 8, memo: { ...BEFORE.memo, packets: 0 } });
  assert.equal(ttl(), 8);
});

test('What is not set any more is as if it had never been', () => {
  const server = serving();
  const ttl = () => Number(/ (\d+) (?:IN )?SOA/.exec(server.ask('www.example.com A').join('\n'))?.[1]);
  // As the channel between processes hands it over.
  const unset = JSON.parse(JSON.stringify({ ...BEFORE, negativeTtl: undefined })) as LiveSettings;
  server.answering.use(unset);
  const own = ttl();
  server.answering.use({ ...unset, negativeTtl: own - 1 });
  assert.equal(ttl(), own - 1);
  server.answering.use(unset);
  assert.equal(ttl(), own);
});

test('A limit comes, keeps what it knows while it stays, and goes; what it counted stays', () => {
  const server = serving();
  const answered = () => server.send('www.example.com A').isAnswered;
  assert.deepEqual([answered(), answered(), answered()], [true, true, true]);
  server.answering.use({ ...BEFORE, rateLimit: LIMIT });
  while (answered());
  server.answering.use({ ...BEFORE, negativeTtl: 7, rateLimit: LIMIT });
  assert.equal(answered(), false);
  const dropped = server.answering.limited?.dropped;
  assert.ok(dropped !== undefined && dropped >= 2);
  server.answering.use(BEFORE);
  assert.equal(answered(), true);
  server.answering.use({ ...BEFORE, rateLimit: LIMIT });
  assert.equal(server.answering.limited?.dropped, dropped);
});
