/** A zone that is transferred: its timers, its expiry, its place on the disk; the primary is ours, in process. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { noTransportCounts } from '../../runtime/answer/counting/stats.ts';
import { silentLogger } from '../../runtime/base/log.ts';
import { Networks } from '../../runtime/base/net/networks.ts';
import { History, historyOctets } from '../../runtime/journal/history.ts';
import { nextJournal } from '../../runtime/journal/journal.ts';
import { CopyKeeping } from '../../runtime/transfer/copy-keeping.ts';
import { CopyStore } from '../../runtime/transfer/copy-store.ts';
import type { TransferOutcome } from '../../runtime/transfer/forced-transfer.ts';
import { SecondaryZone } from '../../runtime/transfer/secondary-zone.ts';
import { Clients } from '../../runtime/transport/streams/clients.ts';
import { listenTcp } from '../../runtime/transport/streams/tcp.ts';
import { Turns } from '../../runtime/transport/streams/turns.ts';
import { listenUdp } from '../../runtime/transport/udp/udp.ts';
import { keyringOf } from '../../runtime/tsig/tsig-key.ts';
import { recordToText } from '../../runtime/wire/record.ts';
import { RecordPack } from '../../runtime/zone/record-pack.ts';
import { Server } from '../answer/server.ts';
import { atEnd } from '../support/at-end.ts';
import { HandClock } from '../support/hand-clock.ts';
import { until } from '../support/until.ts';
import { KEY, KEYS, transferSettings } from './keys.ts';

/** Times of the SOA of all zones of `Server`: refresh 7200, retry 900, expire 1209600. */
const [REFRESH, RETRY, EXPIRE] = [7200_000, 900_000, 1_209_600_000];

interface Primary {
  readonly port: number;
  readonly server: Server;
  readonly serve: (serial: number, ...hosts: string[]) => void;
  readonly close: () => Promise<void>;
}

async function primary(context: TestContext): Promise<Primary> {
  const server = new Server({ transfers: transferSettings({ allow: [{ key: KEY.id }] }) });
  const onQuery = server.responder.respond.bind(server.responder);
  const counters = noTransportCounts();
  const parts = {
    clients: new Clients({ idleMs: 10_000, clients: 10, clientsPerAddress: 10 }, counters),
    turns: new Turns(counters),
    proxies: new Networks([]),
  };
  const tcp = await listenTcp({ address: '127.0.0.1', port: 0 }, onQuery, parts);
  const { port } = tcp.endpoint;
  const udp = await listenUdp({ address: '127.0.0.1', port }, onQuery, counters);
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await Promise.all([tcp.close(), udp.close()]);
  };
  atEnd(context, close);
  const serve = (serial: number, ...hosts: string[]): void => {
    server.put({ serial, records: hosts.map((host) => `${host} A 192.0.2.1\n`).join('') });
  };
  return { port, server, serve, close };
}

function secondary(
  context: TestContext,
  ports: number | readonly number[],
  clock = new HandClock(),
  folder = temporary(context),
) {
  let changes = 0;
  const store = new CopyStore(folder);
  const zone = new SecondaryZone({
    zone: 'example.com',
    primaries: [ports].flat().map((port) => ({ address: '127.0.0.1', port, key: KEY.id })),
    ask: { keys: keyringOf(KEYS), patienceMs: 2000 },
    store,
    keeping: new CopyKeeping(store, folder, silentLogger()),
    clock,
    log: silentLogger(),
    onChange: () => {
      changes += 1;
    },
  });
  atEnd(context, () => zone.stop());
  const reaches = (isRight: (status: ReturnType<typeof zone.status>) => boolean) =>
    until(() => Promise.resolve(zone.status()), isRight);
  return {
    zone,
    clock,
    folder,
    changes: () => changes,
    reaches,
    hosts: () =>
      zone.part.records
        .map(recordToText)
        .flatMap((line) => /^(\w+)\.example\.com.* A /.exec(line)?.[1] ?? []),
  };
}

function temporary(context: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-copies-'));
  atEnd(context, () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('RFC 1034 §4.3.5: a zone is transferred, and asked for again after the time its SOA says', async (context) => {
  const { port, serve } = await primary(context);
  serve(1, 'a');
  const { zone, clock, reaches, hosts, changes } = secondary(context, port);
  assert.deepEqual(zone.part, { records: [], withheld: 'never-transferred' });
  await zone.start();
  await reaches(({ nextAt }) => nextAt !== undefined);
  assert.deepEqual(hosts(), ['a']);
  serve(2, 'b');
  await clock.advance(REFRESH - 1);
  assert.equal(zone.status().serial, 1);
  await clock.advance(1);
  await reaches(({ serial }) => serial === 2);
  assert.deepEqual(hosts(), ['b']);
  assert.equal(changes(), 2);
});

test('RFC 1996 §3.11: it is asked for at once when a primary says so', async (context) => {
  const { port, serve } = await primary(context);
  serve(1, 'a');
  const { zone, reaches } = secondary(context, port);
  await zone.start();
  await reaches(({ nextAt }) => nextAt !== undefined);
  serve(2, 'b');
  zone.refresh();
  await reaches(({ serial }) => serial === 2);
});

test('RFC 1035 §3.3.13: without a primary it is asked for after the retry time, and expires; then it may come back', async (context) => {
  const first = await primary(context);
  first.serve(1, 'a');
  const { zone, clock, reaches, changes } = secondary(context, first.port);
  await zone.start();
  await reaches(({ nextAt }) => nextAt !== undefined);
  // Still there, and of no use.
  first.server.zones.delete(Uint8Array.from(Buffer.from('\x07example\x03com\x00', 'latin1')));
  await clock.advance(REFRESH);
  const { problem, nextAt } = await reaches(({ problem }) => problem !== undefined);
  assert.match(problem ?? '', /it answers REFUSED$/);
  await reaches(
    (status) => Date.parse(status.nextAt ?? '') === clock.now() + RETRY || status.nextAt !== nextAt,
  );
  assert.equal(zone.status().state, 'current');
  await clock.advance(EXPIRE - REFRESH);
  assert.equal(zone.status().state, 'expired');
  assert.equal(zone.part.withheld, 'expired');
  assert.equal(changes(), 2);
  first.serve(1, 'a');
  zone.refresh();
  await reaches(({ state }) => state === 'current');
  assert.equal(changes(), 3);
});

test('A restart finds the copy, whose expiry counts from when it was last confirmed', async (context) => {
  const first = await primary(context);
  first.serve(1, 'a');
  const before = secondary(context, first.port);
  await before.clock.advance(1_000_000);
  await before.zone.start();
  await before.reaches(({ nextAt }) => nextAt !== undefined);
  await before.zone.stop();
  await first.close();
  for (const [later, state] of [
    [EXPIRE - 1000, 'current'],
    [EXPIRE + 1000, 'expired'],
  ] as const) {
    const clock = new HandClock();
    await clock.advance(1_000_000 + later);
    const again = secondary(context, first.port, clock, before.folder);
    await again.zone.start();
    assert.equal(again.zone.status().state, state);
    assert.deepEqual(again.hosts(), ['a']);
    await again.zone.stop();
  }
});

test('A copy that is damaged is not served', async (context) => {
  const folder = temporary(context);
  writeFileSync(path.join(folder, 'example.com.json'), 'dnsteer-transferred 1 00\n[]');
  const { zone } = secondary(context, 9, new HandClock(), folder);
  await zone.start();
  assert.equal(zone.part.withheld, 'never-transferred');
});

test('A zone that is not sound is not taken, and neither is one that is older', async (context) => {
  const { port, serve, server } = await primary(context);
  serve(5, 'a');
  const { zone, reaches, hosts, folder } = secondary(context, port);
  await zone.start();
  await reaches(({ nextAt }) => nextAt !== undefined);
  server.put({ serial: 6, records: 'c CNAME a\nc A 192.0.2.1\n' });
  zone.refresh();
  await reaches(
    ({ problem }) => problem !== undefined && /not sound: CNAME at c.example.com. beside A/.test(problem),
  );
  serve(4, 'b');
  zone.refresh();
  await reaches(({ problem }) => problem !== undefined && /serial 4 is older than ours, 5/.test(problem));
  assert.deepEqual(hosts(), ['a']);
  assert.deepEqual(readdirSync(folder), ['example.com.json']);
});

test('Changes that remove a record which is not there, or do not fit otherwise, make way for the whole zone at once', async (context) => {
  const { port, server } = await primary(context);
  // Changes have to be smaller than the zone.
  const constant = `big TXT ${'"a long text that stays" '.repeat(20)}\n`;
  const address = (host: string): string => `${constant}${host} A 192.0.2.1\n`;
  server.put({ serial: 1, records: address('a') });
  const { zone, reaches, hosts } = secondary(context, port);
  await zone.start();
  await reaches(({ nextAt }) => nextAt !== undefined);
  for (const [serial, claimed] of [
    [2, address('a') + address('missing')],
    // Changes that lead to a zone that is not sound.
    [3, ''],
  ] as const) {
    const wrong = RecordPack.of(
      server.put({ serial: serial - 1, records: constant + claimed }).index.records(),
    );
    const odd = serial === 3 ? 'b CNAME a\n' : '';
    const other = server.put({ serial, records: address('b') + odd });
    const next = server.put({ serial, records: address('b') });
    const journal = nextJournal(
      nextJournal(undefined, wrong, 2 ** 20),
      RecordPack.of(other.index.records()),
      2 ** 20,
    );
    assert.ok(journal);
    next.attachment.history = new History(historyOctets(journal.steps));
    zone.refresh();
    await reaches((status) => status.serial === serial && status.problem === undefined);
    assert.deepEqual(hosts(), ['b']);
    // A transfer that its client cuts short ends some time later.
    const ended = await until(
      () => Promise.resolve(server.transfers.filter((one) => one.serial === serial)),
      ({ length }) => length === 2,
    );
    assert.deepEqual(ended.map(({ type, from }) => `${type} ${from}`).sort(), [
      'AXFR undefined',
      `IXFR ${serial - 1}`,
    ]);
  }
});

test('Whoever asks gets a zone of the same serial, and one of a lower serial if that is said', async (context) => {
  const { port, serve } = await primary(context);
  serve(5, 'a');
  const { zone, hosts, reaches, changes } = secondary(context, port);
  await zone.start();
  await reaches(({ nextAt }) => nextAt !== undefined);
  const force = async (isLowerTaken: boolean): Promise<TransferOutcome> => {
    const outcome = await zone.force(isLowerTaken).ended;
    return outcome.kind === 'failed' ? outcome : { ...outcome, milliseconds: 0 };
  };
  const transferred = { kind: 'transferred', primary: `127.0.0.1:${port}`, milliseconds: 0 };
  serve(5, 'b');
  assert.deepEqual(await force(false), { ...transferred, before: 5, after: 5, records: 3 });
  assert.deepEqual(hosts(), ['b']);
  serve(4, 'c', 'd');
  const problem = 'its serial 4 is older than ours, 5';
  assert.deepEqual(await force(false), {
    kind: 'failed',
    reasons: [{ primary: `127.0.0.1:${port}`, problem }],
  });
  assert.deepEqual([hosts(), zone.status().problem], [['b'], `127.0.0.1:${port}: ${problem}`]);
  assert.deepEqual(await force(true), { ...transferred, before: 5, after: 4, records: 4 });
  assert.deepEqual([hosts(), zone.status().serial, zone.status().problem], [['c', 'd'], 4, undefined]);
  assert.equal(changes(), 3);
});

test('A forced transfer waits its turn, asks one primary after the other, and says why each gives nothing', async (context) => {
  const gone = await primary(context);
  await gone.close();
  const refusing = await primary(context);
  const { zone, reaches } = secondary(context, [gone.port, refusing.port]);
  await zone.start();
  const both = [zone.force(true), zone.force(false)];
  for (const { ended } of both) {
    const outcome = await ended;
    assert.equal(outcome.kind, 'failed');
    assert.deepEqual(
      outcome.kind === 'failed' && outcome.reasons.map(({ primary }) => primary),
      [gone, refusing].map(({ port }) => `127.0.0.1:${port}`),
    );
    assert.match(JSON.stringify(outcome), /no server listens there.*it answers NOTAUTH/);
  }
  refusing.serve(1, 'a');
  const outcome = await zone.force(false).ended;
  assert.ok(outcome.kind === 'transferred' && outcome.before === undefined && outcome.after === 1);
  await reaches(({ state, problem }) => state === 'current' && problem === undefined);
  await zone.stop();
  assert.deepEqual(await zone.force(false).ended, { kind: 'failed', reasons: [] });
});
