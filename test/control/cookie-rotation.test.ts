/** Secrets of cookies: kept for nobody else to read, changed daily, and never strange to another process. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { createLogger } from '../../runtime/base/log.ts';
import { CookieSecrets } from '../../runtime/control/cookie-rotation.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-cookies-'));
after(() => rmSync(folder, { recursive: true }));
const log = createLogger({ level: 'silent', format: 'json' });
const DAY = 86_400_000;

class World {
  readonly file: string;
  readonly told: (readonly string[])[] = [];
  now = Date.now();

  constructor(name: string) {
    this.file = path.join(folder, name, 'cookie-secrets');
  }

  keeper(): CookieSecrets {
    return new CookieSecrets(
      this.file,
      log,
      (secrets) => this.told.push(secrets),
      () => this.now,
    );
  }

  /** The file is as old as the world believes. */
  age(days: number): void {
    const seconds = (this.now - days * DAY) / 1000;
    utimesSync(this.file, seconds, seconds);
  }
}

test('Secrets are made once, and kept in a file that only its owner reads', async () => {
  const world = new World('made');
  await world.keeper().refresh();
  await world.keeper().refresh();
  assert.equal(world.told.length, 2);
  assert.deepEqual(world.told[0], world.told[1]);
  assert.equal(statSync(world.file).mode & 0o777, 0o600);
  for (const secret of world.told[0] ?? []) assert.match(secret, /^[\da-f]{32}$/);
});

test('After a day the next secret makes cookies, and the last is still accepted', async () => {
  const world = new World('rotated');
  const keeper = world.keeper();
  await keeper.refresh();
  world.age(0.9);
  await keeper.refresh();
  assert.equal(world.told.length, 1, 'not yet');
  world.age(1.1);
  await keeper.refresh();
  const [[active, next] = [], after = []] = world.told;
  assert.equal(after.length, 3);
  assert.deepEqual([after[0], after[2]], [next, active]);
  // Another server over the same folder has it from there.
  const told = world.told.length;
  await world.keeper().refresh();
  assert.deepEqual(world.told[told], after);
});

test('A file that is not sound is replaced', async () => {
  const world = new World('damaged');
  await world.keeper().refresh();
  writeFileSync(world.file, 'nonsense\n');
  await world.keeper().refresh();
  assert.equal(world.told[1]?.length, 2);
  assert.equal(readFileSync(world.file, 'utf8'), `${world.told[1]?.join('\n')}\n`);
});

test('A file that is gone is written again, as old as its secrets', async () => {
  const world = new World('removed');
  const keeper = world.keeper();
  await keeper.refresh();
  const made = readFileSync(world.file, 'utf8');
  rmSync(path.dirname(world.file), { recursive: true });
  const since = world.now;
  world.now += DAY / 2;
  await keeper.refresh();
  assert.equal(readFileSync(world.file, 'utf8'), made);
  assert.equal(Math.floor(statSync(world.file).mtimeMs), since);
  assert.equal(world.told.length, 1);
});

test('Where nothing can be kept, secrets last as long as the process', async () => {
  const blocked = new World('blocked');
  writeFileSync(path.dirname(blocked.file), 'a file where the folder would be');
  const keeper = blocked.keeper();
  await keeper.refresh();
  await keeper.refresh();
  assert.equal(blocked.told.length, 1);
});
