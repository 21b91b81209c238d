/** Scans that hang, in impostors of threads that never answer, and a thread that scans. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';
import { createLogger, silentLogger } from '../../../runtime/base/log.ts';
import type { Scan } from '../../../runtime/registry/folder/scan.ts';
import { noteStep } from '../../../runtime/registry/folder/scan-progress.ts';
import { type BeginThread, ScanThread } from '../../../runtime/registry/folder/scan-thread.ts';
import { atEnd } from '../../support/at-end.ts';
import { makeFolder } from '../../support/policies-folder.ts';

/** Threads of which some hang at a place until they are let go. */
class Threads {
  readonly asked: (readonly string[])[] = [];
  readonly letGo: (() => void)[] = [];
  readonly #hangAt: (string | undefined)[];

  /** By turn: where the thread hangs, or nowhere. */
  constructor(hangAt: (string | undefined)[]) {
    this.#hangAt = hangAt;
  }

  readonly begin: BeginThread = ({ progress }, onMessage) => {
    const place = this.#hangAt.shift();
    const end = Promise.withResolvers<void>();
    if (place === undefined) end.resolve();
    else this.letGo.push(() => end.resolve());
    return {
      ask: (avoid) => {
        this.asked.push(avoid);
        noteStep(progress, place ?? 'done');
        if (place === undefined) queueMicrotask(() => onMessage({ t: 'scanned', scan: SCAN, unwatched: 0 }));
      },
      end: () => end.promise,
    };
  };
}

const SCAN: Scan = { ok: true, identity: '1', files: new Map(), problems: [] };
const STUCK_MS = 60;

function scansWith(threads: Threads): { scans: ScanThread; log: string[] } {
  const log: string[] = [];
  const logger = createLogger({ level: 'info', format: 'json' }, { write: (line) => log.push(line) });
  const options = { root: '/policies', log: logger, onHint: () => {}, stuckMs: STUCK_MS };
  return { scans: new ScanThread({ ...options, begin: threads.begin }), log };
}

test('A scan that is stuck is given up, told, and begun again in a fresh thread that keeps away from there', async () => {
  const threads = new Threads(['team/a.example.ts', undefined]);
  const { scans, log } = scansWith(threads);
  assert.equal(await scans.scan(), SCAN);
  assert.deepEqual(threads.asked, [[], ['team']]);
  assert.match(log[0] ?? '', /"place":"team\/a\.example\.ts".*is given up after .* begun again/);
  assert.match(scans.warnings[0] ?? '', /does not answer at "team" of the policies folder/);
  threads.letGo[0]?.();
  await new Promise(setImmediate);
  assert.deepEqual(scans.warnings, [], 'it is over when the thread has ended');
  await scans.scan();
  assert.deepEqual(threads.asked.at(-1), []);
});

test('Only so many threads are left behind; when one of them ends, another is begun', async () => {
  const threads = new Threads(['a', 'b', 'c', undefined]);
  const { scans, log } = scansWith(threads);
  const scan = await scans.scan();
  assert.match(scan.ok ? '' : scan.problem, /does not answer at "a", "b", "c"/);
  assert.match(log.at(-1) ?? '', /"threadsLeftBehind":3.*not begun again before one has ended/);
  assert.equal((await scans.scan()).ok, false);
  assert.equal(threads.asked.length, 3);
  threads.letGo[1]?.();
  await new Promise(setImmediate);
  assert.equal(await scans.scan(), SCAN);
  assert.deepEqual(threads.asked.at(-1), ['a', 'c']);
});

test('A scan that is stuck ends at once when the server does; its thread is waited for', async () => {
  const threads = new Threads(['.']);
  const { scans } = scansWith(threads);
  const scanning = scans.scan();
  await new Promise(setImmediate);
  const ended = scans.end().then(() => 'ended');
  assert.equal((await scanning).ok, false);
  assert.equal(
    await Promise.race([ended, new Promise((resolve) => setImmediate(resolve, 'waits'))]),
    'waits',
  );
  threads.letGo[0]?.();
  assert.equal(await ended, 'ended');
});

test('A thread that really scans tells of changes, and of a thread that died nothing is lost', async (context) => {
  const { root, write } = makeFolder(context, { 'a.example.ts': '1' });
  const hints = new EventEmitter();
  const scans = new ScanThread({ root, log: silentLogger(), onHint: () => hints.emit('hint') });
  atEnd(context, () => scans.end());
  const first = await scans.scan();
  assert.deepEqual(first.ok && [...first.files.keys()], ['a.example.ts']);
  assert.equal(await scans.scan(), first, 'what is the same is not handed over again');
  const hinted = once(hints, 'hint');
  write('team/b.example.ts', '1');
  await hinted;
  const second = await scans.scan();
  assert.deepEqual(second.ok && [...second.files.keys()].sort(), ['a.example.ts', 'team/b.example.ts']);
  const again = once(hints, 'hint');
  write('team/b.example.ts', '2');
  await again;
});
