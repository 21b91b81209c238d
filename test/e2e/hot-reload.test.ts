/** Whatever is written into the policies folder, what was sound is served, and what is wrong is told. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Explanation } from '../../runtime/rpc/explanation.ts';
import { UNHURRIED } from '../support/dnsteer.ts';
import { logLine } from '../support/log.ts';
import { until } from '../support/until.ts';
import { policy, snippet, World } from '../support/world.ts';

describe('A policy that is wrong', () => {
  const GOOD = policy('sound');
  let world: World;
  before(async () => {
    world = await World.start({
      env: UNHURRIED,
      policies: {
        'one.example.ts': GOOD,
        'two.example.ts': policy('two'),
        'three.example.ts': policy('three'),
      },
    });
    writeFileSync(path.join(world.server.folder, 'secret.ts'), snippet('secret'));
    mkdirSync(world.at('snippets'));
    symlinkSync(path.join(world.server.folder, 'secret.ts'), world.at('snippets/link.ts'));
  });
  after(() => world.stop());

  const wrong: Record<string, [text: string, message: RegExp]> = {
    'bad syntax': [
      GOOD.replace('fallback:', 'fallback;'),
      /^policies\/one\.example\.ts:3:11: error: Expected .*\n {6}fallback; \{ TXT: 'fallback' \},\n {14}\^/,
    ],
    'a system module': [
      `import fs from 'node:fs';\n${GOOD}`,
      /^policies\/one\.example\.ts:1:16: error: policies\/one\.example\.ts may not import "node:fs": policies have no access to the system\n {4}import fs from 'node:fs';\n {19}\^/,
    ],
    'a package': [
      `import _ from 'lodash';\n${GOOD}`,
      /policies\/one\.example\.ts may not import "lodash": packages are not available to policies/,
    ],
    'a path out of the folder': [
      `import { said } from '../secret.ts';\n${GOOD}`,
      /policies\/one\.example\.ts may not import "\.\.\/secret\.ts": it lies outside the policies folder/,
    ],
    'a link out of the folder': [
      `import { said } from './snippets/link.ts';\n${GOOD}`,
      /policies\/one\.example\.ts may not import "\.\/snippets\/link\.ts": it is a symbolic link that leads out/,
    ],
    'a top level that throws': [
      `${GOOD}\nthrow new Error('not today');\n`,
      /^policies\/one\.example\.ts:8:7: error: not today\n {4}throw new Error/,
    ],
    nothing: ['', /no policy/],
  };
  for (const [what, [text, message]] of Object.entries(wrong)) {
    test(`is told where it is wrong, and the live version stays: ${what}`, async () => {
      const { version } = (await world.zone('one.example')) ?? {};
      const from = world.server.output().length;
      world.server.write('one.example.ts', text);
      const { msg } = await logLine(world.server, 'one.example', /error:/, from);
      assert.match(msg, message);
      await logLine(world.server, 'one.example', /the live one stays/, from);
      assert.equal(await world.says('one.example'), 'sound');
      const zone = await world.zone('one.example');
      assert.deepEqual([zone?.version, zone?.state], [version, 'degraded']);
      assert.match(msg, new RegExp(zone?.problems[0]?.message.replace(/[^\w ]/g, '.') ?? 'none'));
    });
  }

  test('is live once it is mended, and nothing else was touched', async () => {
    const before = await world.versions();
    world.server.write('one.example.ts', policy('mended'));
    await world.becomes('one.example', 'mended');
    assert.equal((await world.zone('one.example'))?.state, 'live');
    const { 'one.example': _, ...others } = await world.versions();
    const { 'one.example': __, ...same } = before;
    assert.deepEqual(others, same);
  });

  test('is refused by name if another file serves its zone, and takes its place when that is gone', async () => {
    world.server.write('team/two.example.js', 'module.exports = 1;');
    world.server.write('team/three.example.ts', policy('newcomer'));
    await world.server.printed(
      /Zone three\.example is served by policies\/three\.example\.ts already, so policies\/team\/three\.example\.ts is not loaded/,
    );
    const { refused } = await world.server.status();
    assert.deepEqual(
      refused.map(({ file }) => file),
      ['policies/team/three.example.ts', 'policies/team/two.example.js'],
    );
    assert.equal(await world.says('three.example'), 'three');
    world.server.remove('three.example.ts');
    await world.becomes('three.example', 'newcomer');
    assert.equal(await world.says('two.example'), 'two');
  });

  test('that pushes to req.answers falls back, and is told the line and what was meant', async () => {
    const handler = `const { createServer } = require('dnssec-server');
createServer((req, res) => {
  req.answers.push({ name: req.name, type: 'TXT', ttl: 60, data: 'handler' });
  res.send();
});
`;
    world.server.write('handler.example.js', `${handler}module.exports.fallback = { TXT: 'fallback' };\n`);
    const { msg } = await logLine(world.server, 'handler.example', /error:/);
    assert.match(
      msg,
      /^policies\/handler\.example\.js:3:7: error: .*push to "res\.answers" instead of "req\.answers"\n/,
    );
    await world.becomes('handler.example', 'fallback');
    const line = await logLine(world.server, 'handler.example', /"Fallback answered"/);
    assert.match(String(line.at), /^policies\/handler\.example\.js:3:7$/);
    assert.match(String(line.message), /push to "res\.answers"/);

    world.server.replace('handler.example.js', handler.replace('req.answers', 'res.answers'));
    await world.becomes('handler.example', 'handler');
    world.server.write('bare.example.js', handler);
    await world.becomes('bare.example', 'SERVFAIL');
  });
});

describe('The policies folder', () => {
  let world: World;
  before(async () => {
    world = await World.start({
      policies: {
        ...Object.fromEntries(
          Array.from({ length: 10 }, (_, index) => [
            `n${index}.example.ts`,
            policy('first', './snippets/shared.ts'),
          ]),
        ),
        'snippets/shared.ts': `export { said } from './inner.ts';\n`,
        'snippets/inner.ts': snippet('first'),
        'alone.example.ts': policy('alone', './snippets/other.ts'),
        'snippets/other.ts': snippet('other'),
        'static.example.zone': 'www 300 IN TXT "first"\n',
        'both.example.ts': policy('policy'),
        'both.example.zone': 'static 300 IN TXT "first"\n',
      },
    });
  });
  after(() => world.stop());

  const ten = Array.from({ length: 10 }, (_, index) => `n${index}.example`);

  test('may change in a burst: all is live together, and nothing half', async () => {
    const seen = new Set<string>();
    const asking = until(
      async () => {
        const said = await Promise.all(ten.map((zone) => world.says(zone)));
        for (const one of said) seen.add(one);
        return said;
      },
      (said) => said.every((one) => one === 'second second'),
    );
    const from = world.server.output().length;
    for (const zone of ten) world.server.write(`${zone}.ts`, policy('second', './snippets/shared.ts'));
    world.server.write('snippets/inner.ts', snippet('second'));
    await asking;
    assert.deepEqual([...seen].sort(), ['first first', 'second second']);
    assert.equal(
      world.server
        .output()
        .slice(from)
        .match(/Zone is live/g)?.length,
      ten.length,
    );
  });

  test('has snippets: a change of one makes its importers anew, near and far, and nobody else', async () => {
    const before = await world.versions();
    world.server.replace('snippets/inner.ts', snippet('third'));
    for (const zone of ten) await world.becomes(zone, 'second third');
    const after = await world.versions();
    assert.deepEqual(
      Object.keys(after)
        .filter((zone) => after[zone] !== before[zone])
        .sort(),
      ten,
    );
  });

  test('may be touched without a change, and no version changes', async () => {
    const before = await world.versions();
    const from = world.server.output().length;
    for (const zone of ten) world.server.write(`${zone}.ts`, policy('second', './snippets/shared.ts'));
    world.server.write('alone.example.ts', policy('still alone', './snippets/other.ts'));
    await world.becomes('alone.example', 'still alone other');
    const { 'alone.example': _, ...others } = await world.versions();
    const { 'alone.example': __, ...same } = before;
    assert.deepEqual(others, same);
    assert.equal(
      world.server
        .output()
        .slice(from)
        .match(/Zone is live/g)?.length,
      1,
    );
  });

  test('takes what editors write: another file in its place, or the same one in two steps', async () => {
    const file = world.at('alone.example.ts');
    writeFileSync(`${file}~`, readFileSync(file));
    writeFileSync(world.at('.alone.example.ts.swp'), 'junk');
    writeFileSync(world.at('4913'), '');
    unlinkSync(world.at('4913'));
    writeFileSync(`${file}.tmp123`, policy('moved'));
    renameSync(`${file}.tmp123`, file);
    await world.becomes('alone.example', 'moved');

    // The first half is sound in itself, and would be served if it were taken for the whole.
    const from = world.server.output().length;
    writeFileSync(file, policy('half'));
    appendFileSync(file, `// ${'x'.repeat(10_000)}\n`);
    writeFileSync(file, policy('whole'));
    await world.becomes('alone.example', 'whole');
    assert.equal(
      world.server
        .output()
        .slice(from)
        .match(/Zone is live/g)?.length,
      1,
    );

    // Removed, and written anew a moment later.
    unlinkSync(file);
    writeFileSync(file, policy('anew'));
    await until(
      () => world.says('alone.example'),
      (said) => {
        assert.match(said, /^(whole|anew)$/);
        return said === 'anew';
      },
    );
  });

  test('may hold a half-written file for as long as it takes: it is never served', async () => {
    const file = world.at('alone.example.ts');
    const text = policy('complete');
    const half = text.slice(0, text.indexOf('hosts'));
    const from = world.server.output().length;
    writeFileSync(file, half);
    await logLine(world.server, 'alone.example', /the live one stays/, from);
    assert.equal(await world.says('alone.example'), 'anew');
    appendFileSync(file, text.slice(half.length));
    await world.becomes('alone.example', 'complete');
  });

  test('serves zone files alone, and keeps the live version of one that is wrong', async () => {
    assert.equal(await world.says('static.example'), 'first');
    world.server.write('static.example.zone', 'www 300 IN TXT "second"\n');
    await world.becomes('static.example', 'second');
    const from = world.server.output().length;
    world.server.write('static.example.zone', 'www 300 IN TXT "third"\nwww 300 IN A 192.0.2.400\n');
    const { msg } = await logLine(world.server, 'static.example', /error:/, from);
    assert.match(
      msg,
      /^policies\/static\.example\.zone:2:14: error: .*\n {4}www 300 IN A 192\.0\.2\.400\n {17}\^/,
    );
    assert.equal(await world.says('static.example'), 'second');
  });

  test('serves a zone file beside a policy, each as it changes', async () => {
    assert.deepEqual(
      [await world.says('both.example'), await world.says('both.example', 'static')],
      ['policy', 'first'],
    );
    world.server.write('both.example.zone', 'static 300 IN TXT "second"\n');
    await world.becomes('both.example', 'second', 'static');
    assert.equal(await world.says('both.example'), 'policy');
    const from = world.server.output().length;
    world.server.write('both.example.zone', 'static 300 IN TXT "third\n');
    await logLine(world.server, 'both.example', /both\.example\.zone:1:19: error/, from);
    const changedAt = world.server.output().length;
    world.server.write('both.example.ts', policy('changed'));
    await logLine(world.server, 'both.example', /the live one stays/, changedAt);
    assert.deepEqual(
      [await world.says('both.example'), await world.says('both.example', 'static')],
      ['policy', 'second'],
      'a zone is live as a whole or not at all',
    );
    world.server.write('both.example.zone', 'static 300 IN TXT "third"\n');
    await world.becomes('both.example', 'third', 'static');
    assert.equal(await world.says('both.example'), 'changed');
    world.server.remove('both.example.ts');
    await world.becomes('both.example', 'NXDOMAIN');
    assert.equal(await world.says('both.example', 'static'), 'third');
  });

  test('may miss a snippet: its importers stay as they were, and are made anew when it is back', async () => {
    const text = readFileSync(world.at('snippets/other.ts'));
    world.server.write('alone.example.ts', policy('imports', './snippets/other.ts'));
    await world.becomes('alone.example', 'imports other');
    const from = world.server.output().length;
    world.server.remove('snippets/other.ts');
    const { msg } = await logLine(world.server, 'alone.example', /error:/, from);
    assert.match(
      msg,
      /^policies\/alone\.example\.ts:2:22: error: .*"\.\/snippets\/other\.ts": there is no such file/,
    );
    assert.equal(await world.says('alone.example'), 'imports other');
    world.server.write('snippets/other.ts', String(text).replace('other', 'another'));
    await world.becomes('alone.example', 'imports another');
  });

  test('may hold the same zone under another ending: it is served all the time', async () => {
    renameSync(world.at('alone.example.ts'), world.at('alone.example.js'));
    writeFileSync(world.at('alone.example.js'), policy('script'));
    await until(
      () => world.says('alone.example'),
      (said) => {
        assert.match(said, /^(imports another|script)$/);
        return said === 'script';
      },
    );
  });

  test('may lose a file: its zone is refused from then on', async () => {
    renameSync(world.at('alone.example.js'), world.at('other.example.js'));
    await world.becomes('alone.example', 'REFUSED');
    await world.becomes('other.example', 'script');
    assert.equal(await world.zone('alone.example'), undefined);
    await logLine(world.server, 'alone.example', /no longer served/);
  });
});

describe('A list of networks', () => {
  const STAFF = `import { definePolicy } from 'dnsteer';
import staff from './lists/staff.txt';
export default definePolicy({
  fallback: { TXT: 'fallback' },
  hosts: { www: ({ client }) => ({ TXT: client.in(staff) ? 'staff' : 'public' }) },
  budget: 100,
});
`;
  let world: World;
  before(async () => {
    world = await World.start({
      env: UNHURRIED,
      policies: { 'staff.example.ts': STAFF, 'lists/staff.txt': '192.0.2.0/24\n' },
    });
  });
  after(() => world.stop());

  test('says who a client is, and a change of it alone changes that', async () => {
    await world.becomes('staff.example', 'public');
    const { version } = (await world.zone('staff.example')) ?? {};
    world.server.write('lists/staff.txt', '127.0.0.1 # whoever asks here\n192.0.2.0/24\n');
    await world.becomes('staff.example', 'staff');
    assert.notEqual((await world.zone('staff.example'))?.version, version);
  });

  test('that has a line which is no network is told with the line, and what is served stays', async () => {
    const from = world.server.output().length;
    world.server.write(
      'lists/staff.txt',
      '127.0.0.1\n192.0.2.0/42\n192.0.2.0/24 # and so on, longer than before\n',
    );
    const { msg } = await logLine(world.server, 'staff.example', /error:/, from);
    assert.match(
      msg,
      /^policies\/lists\/staff\.txt:2:1: error: .* is no list of networks: "192\.0\.2\.0\/42" is no network/,
    );
    assert.equal(await world.says('staff.example'), 'staff');
  });

  test('draws the scope of an answer', async () => {
    const explained = async (from: string): Promise<unknown[]> => {
      const query = new URLSearchParams({ name: 'www.staff.example', type: 'TXT', from });
      const told = await fetch(`${world.server.adminUrl}/api/explain?${query.toString()}`);
      const { answer, reads, ecsScope } = (await told.json()) as Explanation;
      return [answer[0]?.split('"')[1], reads, ecsScope];
    };
    const fact = 'client.in(@lists/staff.txt)';
    assert.deepEqual(await explained('127.0.0.1'), ['staff', [[fact, true]], 32]);
    assert.deepEqual(await explained('192.0.2.7'), ['staff', [[fact, true]], 24]);
    assert.deepEqual(await explained('192.0.3.7'), ['public', [[fact, false]], 24]);
    assert.deepEqual(await explained('2001:db8::7'), ['public', [[fact, false]], 21]);
  });
});
