/** Files of pools that are kept current, with commands that stand in for the programs that read them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, beforeEach, suite, test } from 'node:test';
import type { EmittedStatus } from '../../../runtime/admin/emit/emitted-status.ts';
import type { Upstream } from '../../../runtime/admin/emit/upstream.ts';
import { silentLogger } from '../../../runtime/base/log.ts';
import type { EmitSetting } from '../../../runtime/config/emit/emit-schema.ts';
import { EmittedFiles } from '../../../runtime/control/emit/emitted-files.ts';
import { NoticeBoard } from '../../../runtime/control/notices/notice-board.ts';
import { until } from '../../support/until.ts';

const root = mkdtempSync(path.join(tmpdir(), 'dnsteer-emitted-'));
after(() => rmSync(root, { recursive: true, force: true }));

let folder: string;
let file: string;
let reloads: string;
let pools: Map<string, Upstream[]>;
let looks: number;
let notices: NoticeBoard;
let emitted: EmittedFiles;

suite('Emitted files', () => {
  beforeEach(() => {
    folder = mkdtempSync(path.join(root, 'one-'));
    file = path.join(folder, 'shop.conf');
    reloads = path.join(folder, 'reloads');
    writeFileSync(reloads, '');
    pools = new Map([['shop.example/eu', members('192.0.2.1', '192.0.2.2')]]);
    looks = 0;
    const log = silentLogger();
    notices = new NoticeBoard(log);
    emitted = new EmittedFiles({
      look: () => {
        looks += 1;
        return (zone, pool) => pools.get(`${zone}/${pool}`);
      },
      notices,
      log,
    });
  });
  afterEach(() => emitted.stop());

  function members(...addresses: string[]): Upstream[] {
    return addresses.map((address) => ({ address, isUp: true, share: 1 }));
  }

  function setting(more: Partial<EmitSetting> = {}): EmitSetting {
    const reload = ['sh', '-c', 'echo read >> "$1"', 'sh', reloads];
    return { kind: 'nginx', file, pools: ['shop.example/eu'], port: 80, timeout: 10, reload, ...more };
  }

  function statusWhen(isRight: (status: EmittedStatus) => boolean): Promise<EmittedStatus> {
    const ask = async (): Promise<EmittedStatus> => emitted.status()[0] ?? assert.fail('no file is kept');
    return until(ask, isRight);
  }

  function reloadCount(): number {
    return readFileSync(reloads, 'utf8').split('\n').length - 1;
  }

  /** Resolves once all was looked at that had changed before. */
  async function looked(): Promise<void> {
    const before = looks;
    emitted.want();
    await until(
      async () => looks,
      (now) => now > before,
    );
    await emitted.settled();
  }

  test('A change is written and read; what is there already is neither', async () => {
    emitted.use([setting()]);
    await looked();
    assert.match(readFileSync(file, 'utf8'), /server 192\.0\.2\.2:80 weight=100;/);
    assert.equal(reloadCount(), 1);
    await looked();
    assert.equal(reloadCount(), 1);
    pools.set('shop.example/eu', [...members('192.0.2.1'), { address: '192.0.2.2', isUp: false, share: 1 }]);
    await looked();
    assert.match(readFileSync(file, 'utf8'), /192\.0\.2\.2:80 weight=100 down;/);
    assert.equal(reloadCount(), 2);
  });

  test('A failed check keeps the old file, and tells what the program said, until it succeeds', async () => {
    writeFileSync(file, 'old');
    const check = ['sh', '-c', 'test -s "$1" && test -e "$2" || { echo no such thing >&2; exit 3; }', 'sh'];
    emitted.use([setting({ check: [...check, '{file}', path.join(folder, 'good')] })]);
    await looked();
    assert.equal(readFileSync(file, 'utf8'), 'old');
    assert.match(
      emitted.status()[0]?.problem ?? '',
      /old file is kept: "sh" ended with code 3: no such thing/,
    );
    assert.match(notices.openOf('emit').get(file) ?? '', /no such thing/);
    assert.equal(emitted.warnings().length, 1);
    assert.equal(reloadCount(), 0);
    assert.equal(existsSync(`${file}.new`), false);
    writeFileSync(path.join(folder, 'good'), '');
    await looked();
    assert.match(readFileSync(file, 'utf8'), /upstream shop/);
    const { problem, lastProblem } = emitted.status()[0] ?? {};
    assert.equal(problem, undefined);
    assert.match(lastProblem?.text ?? '', /no such thing/);
    assert.equal(notices.openOf('emit').size, 0);
  });

  test('A check that hangs is killed', async () => {
    emitted.use([setting({ check: ['sleep', '600'], timeout: 1 })]);
    const { problem } = await statusWhen((status) => status.problem !== undefined);
    assert.match(problem ?? '', /ended by SIGKILL/);
    assert.equal(existsSync(file), false);
  });

  test('A reload that failed is owed, though the file is as it should be', async () => {
    const reload = [
      'sh',
      '-c',
      'test -e "$1" && echo read >> "$2"',
      'sh',
      path.join(folder, 'good'),
      reloads,
    ];
    emitted.use([setting({ reload })]);
    await looked();
    assert.match(emitted.status()[0]?.problem ?? '', /written, and was not read again/);
    writeFileSync(path.join(folder, 'good'), '');
    await looked();
    assert.equal(emitted.status()[0]?.problem, undefined);
    assert.equal(reloadCount(), 1);
  });

  test('A pool that is gone, or has no address, leaves the file as it is', async () => {
    emitted.use([setting()]);
    await looked();
    const text = readFileSync(file, 'utf8');
    pools.set('shop.example/eu', []);
    await looked();
    assert.match(emitted.status()[0]?.problem ?? '', /has no addresses/);
    pools.clear();
    await looked();
    assert.match(emitted.status()[0]?.problem ?? '', /No pool "shop\.example\/eu" is served/);
    assert.equal(readFileSync(file, 'utf8'), text);
  });

  test('Many changes are written once, and two files of one program are read once', async () => {
    const other = path.join(folder, 'other.conf');
    symlinkSync(path.join(folder, 'real.conf'), other);
    writeFileSync(path.join(folder, 'real.conf'), '');
    emitted.use([setting(), setting({ file: other })]);
    for (let at = 0; at < 1000; at += 1) emitted.want();
    await looked();
    assert.ok(looks <= 4, `${looks} looks`);
    assert.equal(reloadCount(), 1);
    assert.match(readFileSync(path.join(folder, 'real.conf'), 'utf8'), /upstream/);
  });

  test('A file that is kept no longer is no problem any more', async () => {
    emitted.use([setting({ check: ['false'] })]);
    await looked();
    assert.equal(notices.openOf('emit').size, 1);
    emitted.use([]);
    assert.equal(notices.openOf('emit').size, 0);
    assert.deepEqual(emitted.status(), []);
  });

  const noNginx = spawnSync('which', ['nginx']).status !== 0 && 'nginx is not installed';

  test('nginx judges a draft that a configuration of its own includes', { skip: noNginx }, async () => {
    const main = path.join(folder, 'check');
    const around = (more: string) =>
      writeFileSync(
        main,
        `pid ${folder}/pid; events {} http { access_log off; include ${file}.new; ${more} }\n`,
      );
    around('nonsense;');
    emitted.use([setting({ check: ['nginx', '-t', '-c', main] })]);
    await looked();
    assert.match(emitted.status()[0]?.problem ?? '', /unknown directive "nonsense"/);
    assert.equal(existsSync(file), false);
    around('');
    await looked();
    assert.equal(emitted.status()[0]?.problem, undefined);
    assert.match(readFileSync(file, 'utf8'), /upstream/);
  });
});
