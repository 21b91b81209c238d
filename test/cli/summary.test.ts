/** The summary at start: what is served, how it is, how to try it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createObserver } from '../../runtime/admin/observe.ts';
import type { ServerFacts } from '../../runtime/admin/source.ts';
import { formatSummary } from '../../runtime/cli/summary.ts';
import { fakeFacts, fakeSource, fakeTarget } from '../admin/fake-source.ts';

async function summary(changes: Partial<ServerFacts>, adminUrl?: string): Promise<string> {
  const { status } = await createObserver(fakeSource({ facts: () => fakeFacts(changes) }))();
  return formatSummary(status, adminUrl);
}

function listeningOn(address: string): Partial<ServerFacts> {
  return { answer: [{ index: 0, pid: 100, state: 'listening', listening: [address], restarts: 0 }] };
}

test('Zones, pools with health, addresses, admin server and a line to try are there', async () => {
  const zones = fakeFacts().zones.map((zone) => ({ ...zone, sample: 'www.example.com' }));
  const text = await summary({ zones }, 'http://127.0.0.1:8053/');
  assert.match(text, /^dnsteer 1\.2\.3 answers on 127\.0\.0\.1:5300 \(UDP and TCP\)$/m);
  assert.match(
    text,
    /^ {2}example\.com +1a2b3c4d +live +policies\/example\.com\.ts +us degraded, eu down, static unchecked$/m,
  );
  assert.match(text, /^ {2}UDP {4}batched sockets$/m);
  assert.match(text, /^ {2}Admin {2}http:\/\/127\.0\.0\.1:8053\/$/m);
  assert.match(text, /^ {2}Try {4}dig @127\.0\.0\.1 -p 5300 www\.example\.com A \+subnet=/m);
});

test('Where no policy decides a name, what every zone has is asked', async () => {
  assert.match(await summary({}), /^ {2}Try {4}dig @127\.0\.0\.1 -p 5300 example\.com SOA$/m);
});

test('A pool before its first round of probes is pending', async () => {
  const targets = [
    fakeTarget('tcp://192.0.2.10:443', 'unknown'),
    fakeTarget('tcp://192.0.2.11:443', 'unknown'),
  ];
  assert.match(await summary({ targets }), /us pending, eu pending, static unchecked$/m);
});

test('A server that listens everywhere is tried on loopback', async () => {
  assert.match(await summary(listeningOn('0.0.0.0:53')), /dig @127\.0\.0\.1 -p 53 /);
  assert.match(await summary(listeningOn('[::]:53')), /dig @::1 -p 53 /);
  assert.match(await summary(listeningOn('192.0.2.53:53')), /dig @192\.0\.2\.53 -p 53 /);
});

test('What is wrong and what is odd is told', async () => {
  const problem = {
    code: 'ZONE_FILE',
    severity: 'error',
    message: 'No address',
    file: 'policies/a.zone',
    line: 4,
  } as const;
  const zones = fakeFacts().zones.map((zone) => ({ ...zone, problems: [problem] }));
  const text = await summary({ zones, warnings: ['Geo data is old'] });
  assert.match(text, /^ {2}warning: policies\/a\.zone:4: No address$/m);
  assert.match(text, /^ {2}warning: Geo data is old$/m);
  assert.match(text, /^ {2}Admin {2}off$/m);
});

test('An empty folder is told what to do with', async () => {
  const text = await summary({ zones: [] });
  assert.match(text, /\n\n {2}No zones yet: put a policy into policies/);
  assert.doesNotMatch(text, /dig/);
});

test('Many zones are counted, not listed', async () => {
  const [zone] = fakeFacts().zones;
  assert.ok(zone);
  const zones = Array.from({ length: 100 }, (_, index) => ({ ...zone, zone: `zone${index}.example` }));
  const text = await summary({ zones });
  assert.match(text, /… and 80 more: dnsteer status/);
  assert.ok(text.split('\n').length < 40);
});
