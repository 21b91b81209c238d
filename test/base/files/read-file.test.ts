/** Nothing that goes by the name of a file keeps its reader waiting, or makes it read what it should not. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import {
  fileProblemText,
  type ReadLimits,
  readRegularFile,
  readRegularFileSync,
  useRegularFileSync,
} from '../../../runtime/base/files/read-file.ts';
import { atEnd } from '../../support/at-end.ts';

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'dnsteer-read-')));
after(() => rmSync(folder, { recursive: true }));

function at(name: string): string {
  return path.join(folder, name);
}

/** What comes of reading it, both ways alike: its text, or why not. */
async function outcome(file: string, limits: Partial<ReadLimits> = {}): Promise<string> {
  const full = { mostOctets: 100, ...limits };
  const [now, later] = [readRegularFileSync(file, full), await readRegularFile(file, full)];
  const texts = [now, later].map((read) =>
    read.ok ? read.value.octets.toString() : `${read.problem.kind}: ${fileProblemText(read.problem)}`,
  );
  assert.equal(texts[0], texts[1]);
  return texts[0] ?? '';
}

test('A file is read as it is, an empty one as well', async () => {
  writeFileSync(at('full'), 'text');
  writeFileSync(at('empty'), '');
  symlinkSync('full', at('link'));
  assert.deepEqual(
    [await outcome(at('full')), await outcome(at('link')), await outcome(at('empty'))],
    ['text', 'text', ''],
  );
});

test('What is no regular file is told at once', async (context) => {
  spawnSync('mkfifo', [at('pipe')]);
  symlinkSync('pipe', at('link-to-pipe'));
  mkdirSync(at('inner'));
  symlinkSync('/dev/zero', at('endless'));
  const server = createServer().listen(at('socket'));
  atEnd(context, () => server.close());
  await once(server, 'listening');
  const none = 'not-regular: it is no regular file';
  for (const name of ['pipe', 'link-to-pipe', 'endless', 'socket'])
    assert.equal(await outcome(at(name)), none);
  assert.equal(await outcome(at('inner')), 'not-regular: it is a folder');
});

test('What cannot be found is told with the reason', async () => {
  symlinkSync('circle', at('circle'));
  writeFileSync(at('file'), '');
  assert.deepEqual(
    [await outcome(at('none')), await outcome(at('circle')), await outcome(at('file/none'))],
    [
      'absent: it does not exist',
      'unreadable: its symbolic links lead in circles',
      'unreadable: it is no folder',
    ],
  );
});

test('A file over the limit is not read, however little of it is on the disk', async () => {
  writeFileSync(at('large'), 'x'.repeat(101));
  writeFileSync(at('sparse'), '');
  truncateSync(at('sparse'), 2 ** 43);
  for (const name of ['large', 'sparse'])
    assert.equal(await outcome(at(name)), 'too-large: it is larger than 100 octets');
});

test('Of a file that grows while it is read, so much is read as there was', () => {
  writeFileSync(at('growing'), 'begin');
  const read = useRegularFileSync(at('growing'), { mostOctets: 100 }, (_descriptor, stats) => {
    appendFileSync(at('growing'), ' and more');
    return Number(stats.size);
  });
  assert.deepEqual(read, { ok: true, value: 5 });
});

test('A file that a link leads to outside of its folder is not read', {
  skip: process.platform === 'linux' ? false : 'the system does not tell',
}, async () => {
  mkdirSync(at('own'));
  writeFileSync(at('secret'), 'secret');
  writeFileSync(at('own/file'), 'mine');
  symlinkSync('../secret', at('own/link'));
  symlinkSync('..', at('own/up'));
  const limits = { inside: at('own') };
  assert.equal(await outcome(at('own/file'), limits), 'mine');
  assert.equal(await outcome(at('own/link'), limits), `outside: it lies outside ${at('own')}`);
  assert.equal(await outcome(at('own/up/secret'), limits), `outside: it lies outside ${at('own')}`);
});

test('A bug in what is made of a file is no problem of the file', () => {
  writeFileSync(at('fine'), '');
  const use = (): never => {
    throw new TypeError('a bug');
  };
  assert.throws(() => useRegularFileSync(at('fine'), { mostOctets: 1 }, use), TypeError);
});
