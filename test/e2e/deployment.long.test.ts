/** However a policies folder is deployed (moved, linked, mounted, checked out), it is live as a whole. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { missing } from '../support/dig.ts';
import { until } from '../support/until.ts';
import { policy, snippet, World } from '../support/world.ts';

describe('The policies folder', () => {
  let world: World;
  before(async () => {
    world = await World.start({
      policies: { 'a.example.ts': policy('first'), 'b.example.ts': policy('first') },
    });
  });
  after(() => world.stop());

  test('may be moved away and back: all is served meanwhile, and changes made elsewhere are live', async () => {
    const versions = await world.versions();
    renameSync(world.folder, `${world.folder}.away`);
    await world.server.printed(/Policies folder cannot be read; all zones are served as they were/);
    assert.equal(await world.says('a.example'), 'first');
    assert.deepEqual(await world.versions(), versions);
    writeFileSync(path.join(`${world.folder}.away`, 'a.example.ts'), policy('moved'));
    renameSync(`${world.folder}.away`, world.folder);
    await world.becomes('a.example', 'moved');
    world.server.write('a.example.ts', policy('watched'));
    await world.becomes('a.example', 'watched');
    assert.equal((await world.versions())['b.example'], versions['b.example']);
  });

  test('may be replaced by another that was made ready', async () => {
    const next = `${world.folder}.next`;
    mkdirSync(next);
    writeFileSync(path.join(next, 'a.example.ts'), policy('next'));
    renameSync(world.folder, `${world.folder}.old`);
    renameSync(next, world.folder);
    await world.becomes('a.example', 'next');
    await world.becomes('b.example', 'REFUSED');
    world.server.write('a.example.ts', policy('watched'));
    await world.becomes('a.example', 'watched');
  });

  test('may be a link that is turned over to another release', async () => {
    const release = (name: string): void => {
      const folder = path.join(world.server.folder, name);
      mkdirSync(folder);
      writeFileSync(path.join(folder, 'a.example.ts'), policy(name));
      symlinkSync(name, `${world.folder}.link`);
    };
    release('release-1');
    rmSync(world.folder, { recursive: true });
    renameSync(`${world.folder}.link`, world.folder);
    await world.becomes('a.example', 'release-1');
    release('release-2');
    renameSync(`${world.folder}.link`, world.folder);
    await world.becomes('a.example', 'release-2');
    // No shorter than before: that would be waited for.
    world.server.write('a.example.ts', policy('watched too'));
    await world.becomes('a.example', 'watched too');
  });
});

test('A ConfigMap may be updated: all its files change at once, and only what differs is made anew', async () => {
  const world = await World.start({ policies: { 'before.example.ts': policy('before') } });
  const deliver = (name: string, files: Readonly<Record<string, string>>): void => {
    mkdirSync(world.at(name));
    for (const [file, text] of Object.entries(files)) writeFileSync(world.at(path.join(name, file)), text);
    symlinkSync(name, world.at('..data_tmp'));
    renameSync(world.at('..data_tmp'), world.at('..data'));
  };
  try {
    const same = { 'same.example.ts': policy('same') };
    deliver('..1', {
      ...same,
      'map.example.ts': policy('first', './_said.ts'),
      '_said.ts': snippet('first'),
    });
    for (const file of ['same.example.ts', 'map.example.ts', '_said.ts']) {
      symlinkSync(path.join('..data', file), world.at(file));
    }
    await world.becomes('map.example', 'first first');
    await world.becomes('same.example', 'same');
    const before = await world.versions();

    deliver('..2', {
      ...same,
      'map.example.ts': policy('second', './_said.ts'),
      '_said.ts': snippet('second'),
    });
    rmSync(world.at('..1'), { recursive: true });
    await until(
      () => world.says('map.example'),
      (said) => {
        assert.match(said, /^(first first|second second)$/);
        return said === 'second second';
      },
    );
    const after = await world.versions();
    assert.deepEqual(
      Object.keys(after).filter((zone) => after[zone] !== before[zone]),
      ['map.example'],
    );
  } finally {
    await world.stop();
  }
});

test('A checkout of another branch is live as a whole', { skip: missing('git') }, async () => {
  const files = (text: string): Record<string, string> => ({
    'a.example.ts': policy(text, './snippets/said.ts'),
    'team/b.example.ts': policy(text, '../snippets/said.ts'),
    'snippets/said.ts': snippet(text),
    [`only-${text}.example.ts`]: policy(text),
  });
  const world = await World.start({ policies: files('main') });
  const git = (...args: string[]): void => {
    const identity = [
      '-c',
      'user.name=test',
      '-c',
      'user.email=test@example.com',
      '-c',
      'commit.gpgsign=false',
    ];
    execFileSync('git', [...identity, ...args], { cwd: world.folder, stdio: 'pipe' });
  };
  const seen = new Set<string>();
  const checkout = async (branch: string, other: string): Promise<void> => {
    git('checkout', '-q', branch);
    for (const zone of ['a.example', 'b.example']) {
      await until(
        () => world.says(zone),
        (said) => {
          seen.add(said);
          return said === `${branch} ${branch}`;
        },
      );
    }
    await world.becomes(`only-${branch}.example`, branch);
    await world.becomes(`only-${other}.example`, 'REFUSED');
  };
  try {
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-q', '-m', 'main');
    git('checkout', '-q', '-b', 'next');
    git('rm', '-q', 'only-main.example.ts');
    for (const [file, text] of Object.entries(files('next'))) world.server.write(file, text);
    git('add', '.');
    git('commit', '-q', '-m', 'next');
    await world.becomes('a.example', 'next next');
    await checkout('main', 'next');
    const { 'a.example': version } = await world.versions();
    await checkout('next', 'main');
    await checkout('main', 'next');
    assert.equal((await world.versions())['a.example'], version, 'the same files make the same version');
    assert.deepEqual([...seen].sort(), ['main main', 'next next']);
  } finally {
    await world.stop();
  }
});
