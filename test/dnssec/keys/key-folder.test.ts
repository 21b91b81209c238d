/** A folder of keys: what is written is read, whatever is wrong is told by its file, and good keys stay. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { describe, type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { writeDnskey } from '../../../runtime/dnssec/keys/dnskey.ts';
import { generateKey } from '../../../runtime/dnssec/keys/generate.ts';
import type { FolderKey } from '../../../runtime/dnssec/keys/kept-key.ts';
import { type KeyFolder, readKeyFolder } from '../../../runtime/dnssec/keys/key-folder.ts';
import { privatePartOf, signingKeyOf } from '../../../runtime/dnssec/keys/signing-key.ts';
import { makeKey, updateKey, whyNotWritable, writeKey } from '../../../runtime/dnssec/keys/write-key.ts';
import { atEnd } from '../../support/at-end.ts';
import { name } from '../../support/wire.ts';

const TIMES = { created: 1_800_000_000, publish: 1_800_000_000, activate: 1_800_000_000 };
const CSK = { algorithm: 13, isKsk: true, isZsk: true, times: TIMES, beside: [] as Uint8Array[] };

function folderFor(context: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-keys-'));
  atEnd(context, () => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  });
  return path.join(folder, 'keys');
}

async function made(folder: string, zone: string, more: Partial<typeof CSK> = {}): Promise<FolderKey> {
  const key = await makeKey(folder, { ...CSK, ...more, zone: name(zone) });
  if (!key.ok) assert.fail(key.problem.message);
  return key.value;
}

function tags(read: KeyFolder, zone: string): number[] {
  return (read.zones.get(zone) ?? []).map(({ key }) => key.tag);
}

/** A problem without its remedy, which must be there. */
function told(read: KeyFolder, folder: string) {
  return read.problems.map(({ code, file = '', message, remedy = '', zone, line }) => {
    assert.ok(remedy.length > 10);
    return [code, path.relative(folder, file), zone, line, message];
  });
}

describe('New keys', () => {
  test('are read again as they were made', async (context) => {
    const folder = folderFor(context);
    const csk = await made(folder, 'Shop.example');
    const zsk = await made(folder, 'two.example', { algorithm: 15, isKsk: false });
    const ksk = await made(folder, 'two.example', {
      algorithm: 15,
      isZsk: false,
      beside: [zsk.key.dnskey],
    });
    const root = await made(folder, '.');
    const read = await readKeyFolder(folder);
    assert.deepEqual(read.problems, []);
    assert.deepEqual([...read.zones.keys()].sort(), ['%2E', 'shop.example', 'two.example']);
    assert.deepEqual(tags(read, '%2E'), [root.key.tag]);
    const [again] = read.zones.get('shop.example') ?? [];
    assert.deepEqual({ ...again, key: 0 }, { ...csk, key: 0 });
    assert.deepEqual([again?.isKsk, again?.isZsk, again?.key.flags, again?.times], [true, true, 257, TIMES]);
    assert.deepEqual(again?.key.dnskey, csk.key.dnskey);
    const two = read.zones
      .get('two.example')
      ?.map(({ key, isKsk, isZsk }) => [key.tag, [key.flags, isKsk, isZsk]]);
    assert.deepEqual(
      new Map(two as [number, unknown][]),
      new Map([
        [zsk.key.tag, [256, false, true]],
        [ksk.key.tag, [257, true, false]],
      ]),
    );
  });

  test('can be read by their owner alone, and leave no draft', async (context) => {
    const folder = folderFor(context);
    const { name } = await made(folder, 'shop.example');
    assert.deepEqual(readdirSync(folder).sort(), [`${name}.key`, `${name}.private`, `${name}.state`]);
    assert.equal(statSync(path.join(folder, `${name}.private`)).mode & 0o777, 0o600);
    assert.equal(statSync(path.join(folder, `${name}.key`)).mode & 0o777 & ~0o022, 0o644);
  });

  test('replace no file: another is made instead', async (context) => {
    const folder = folderFor(context);
    const { key, name: taken, zone } = await made(folder, 'shop.example');
    const before = readFileSync(path.join(folder, `${taken}.private`), 'utf8');
    const again = await writeKey(folder, { zone: name(zone), key, times: {} });
    assert.ok(!again.ok);
    assert.equal(again.problem.code, 'KEY_CLASH');
    // The public half alone is there, and the private half of another key takes its name in this moment.
    const other = generateKey({ algorithm: 13, isEntry: true, beside: [] });
    const lone = `Kshop.example.+013+${String(other.tag).padStart(5, '0')}`;
    writeFileSync(path.join(folder, `${lone}.private`), 'kept');
    assert.ok(!(await writeKey(folder, { zone: name(zone), key: other, times: {} })).ok);
    assert.equal(readFileSync(path.join(folder, `${taken}.private`), 'utf8'), before);
    assert.equal(readFileSync(path.join(folder, `${lone}.private`), 'utf8'), 'kept');
    assert.ok(!readdirSync(folder).includes(`${lone}.key`));
  });

  test('that cannot be written are a problem of the folder', async (context) => {
    const folder = folderFor(context);
    assert.equal(await whyNotWritable(folder), undefined);
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    const problem = await whyNotWritable(path.join(file, 'keys'));
    assert.equal(problem?.code, 'KEY_FOLDER');
    const key = await makeKey(path.join(file, 'keys'), { ...CSK, zone: name('shop.example') });
    assert.ok(!key.ok);
    assert.deepEqual([key.problem.code, key.problem.zone], ['KEY_FOLDER', 'shop.example']);
    assert.deepEqual(readdirSync(folder), ['file']);
  });
});

describe('Keys with other times', () => {
  test('are the same keys, with the same roles', async (context) => {
    const folder = folderFor(context);
    const key = await made(folder, 'shop.example');
    const file = path.join(folder, `${key.name}.private`);
    writeFileSync(file, `${readFileSync(file, 'utf8')}Successor: 12345\n`);
    const times = { ...TIMES, inactive: 1_900_000_000, delete: 1_900_100_000 };
    const updated = await updateKey(folder, key, times, 1_800_500_000);
    assert.ok(updated.ok);
    assert.deepEqual(updated.value.times, times);
    const read = await readKeyFolder(folder);
    assert.deepEqual(read.problems, []);
    const [again] = read.zones.get('shop.example') ?? [];
    assert.deepEqual(
      [again?.times, again?.isKsk, again?.isZsk, again?.key.tag],
      [times, true, true, key.key.tag],
    );
    assert.match(readFileSync(file, 'utf8'), /^Successor: 12345$/m);
    assert.match(readFileSync(path.join(folder, `${key.name}.key`), 'utf8'), /^; Delete: 20300318/m);
    assert.match(readFileSync(path.join(folder, `${key.name}.state`), 'utf8'), /^DSState: omnipresent$/m);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(readdirSync(folder).length, 3);
  });

  test('are told where they cannot be written', async (context) => {
    const folder = folderFor(context);
    const key = await made(folder, 'shop.example');
    rmSync(path.join(folder, `${key.name}.private`));
    const updated = await updateKey(folder, key, TIMES);
    assert.ok(!updated.ok);
    assert.deepEqual([updated.problem.code, updated.problem.zone], ['KEY_FILE', 'shop.example']);
  });
});

describe('Keys without a .state file have the roles that their flags tell', () => {
  for (const [what, flags, roles] of [
    ['A lone 257 key is a combined one', [257], [[true, true]]],
    ['A lone 256 key is a combined one', [256], [[true, true]]],
    [
      'A pair is KSK and ZSK',
      [257, 256],
      [
        [true, false],
        [false, true],
      ],
    ],
    [
      'Two 257 keys are combined ones',
      [257, 257],
      [
        [true, true],
        [true, true],
      ],
    ],
  ] as const) {
    test(what, async (context) => {
      const folder = folderFor(context);
      const beside: Uint8Array[] = [];
      const names: string[] = [];
      for (const flag of flags) {
        const key = generateKey({ algorithm: 15, isEntry: flag === 257, beside });
        beside.push(key.dnskey);
        const written = await writeKey(folder, { zone: name('shop.example'), key, times: TIMES });
        assert.ok(written.ok);
        names.push(written.value.name);
      }
      const keys = (await readKeyFolder(folder)).zones.get('shop.example') ?? [];
      const found = names.map((each) => keys.find(({ name }) => name === each));
      assert.deepEqual(
        found.map((key) => [key?.isKsk, key?.isZsk]),
        roles,
      );
    });
  }
});

/** Each harm is done to the files of one of two keys: the other one stays. */
type Harm = readonly [
  string,
  (file: (ending: string) => string, key: FolderKey) => void,
  string,
  string,
  number?,
];
/** Only root can give a file away. */
const OF_ANOTHER: Harm = [
  'a private half of another user',
  (file) => chownSync(file('private'), 65_534, 65_534),
  'KEY_PERMISSIONS',
  'The file belongs to another user (uid 65534), who could put another key there, so the key is not used',
];
const HARMS: readonly Harm[] = [
  [
    'a private half that others may read',
    (file) => chmodSync(file('private'), 0o640),
    'KEY_PERMISSIONS',
    'Others than its owner may use the file, so the key is not used',
  ],
  ...(process.geteuid?.() === 0 ? [OF_ANOTHER] : []),
  ['a private half that is empty', (file) => truncateSync(file('private')), 'KEY_FILE', 'The file is empty'],
  [
    'a private half that is cut off',
    (file) => truncateSync(file('private'), 90),
    'KEY_FILE',
    'Line "PrivateKey" is no base64, or is cut off',
    3,
  ],
  ['no private half', (file) => rmSync(file('private')), 'KEY_PAIR', 'The key has no file "NAME.private"'],
  ['no public half', (file) => rmSync(file('key')), 'KEY_PAIR', 'The key has no file "NAME.key"'],
  [
    'a public half that is cut off',
    (file) => truncateSync(file('key'), 20),
    'KEY_FILE',
    'The file has no DNSKEY record',
  ],
  [
    'a folder in place of a half',
    (file) => {
      rmSync(file('private'));
      renameSync(mkdtempSync(path.join(path.dirname(file('key')), 'tmp')), file('private'));
    },
    'KEY_FILE',
    'Cannot read the file: it is a folder',
  ],
  [
    'the public half of another key',
    (file, key) => {
      const other = generateKey({ algorithm: 13, isEntry: true, beside: [] });
      const text = readFileSync(file('key'), 'utf8');
      writeFileSync(
        file('key'),
        text.replace(/13 \S+\n$/, `13 ${Buffer.from(other.dnskey.subarray(4)).toString('base64')}\n`),
      );
      assert.notEqual(readFileSync(file('key'), 'utf8'), text, key.name);
    },
    'KEY_PAIR',
    'The private key is not that of the DNSKEY',
  ],
  [
    'a private half of SHA-1',
    (file) => rewrite(file('private'), '13 (ECDSAP256SHA256)', '7 (NSEC3RSASHA1)'),
    'KEY_ALGORITHM',
    'Algorithm 7 (RSASHA1-NSEC3-SHA1) signs SHA-1 hashes, which must not be used (RFC 9905)',
    2,
  ],
  [
    'the name of another zone',
    (file) => rewrite(file('key'), /shop\.example\. IN/, 'shop.test. IN'),
    'KEY_FILE',
    'The name of the file tells another zone than its DNSKEY, shop.test.',
  ],
  [
    'the name of another key',
    (file) => rewrite(file('key'), 'DNSKEY 257', 'DNSKEY 256'),
    'KEY_FILE',
    'The name of the file tells another key tag than its DNSKEY, OTHER',
  ],
];

function rewrite(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(file, 'utf8');
  assert.notEqual(text.replace(from, to), text);
  writeFileSync(file, text.replace(from, to));
}

describe('A key is not used, and told, with', () => {
  for (const [what, harm, code, message, line] of HARMS) {
    test(what, async (context) => {
      const folder = folderFor(context);
      const good = await made(folder, 'shop.example');
      const bad = await made(folder, 'shop.example', { beside: [good.key.dnskey] });
      const other = await made(folder, 'other.example');
      const before = await readKeyFolder(folder);
      assert.equal(before.zones.get('shop.example')?.length, 2);
      harm((ending) => path.join(folder, `${bad.name}.${ending}`), bad);
      const read = await readKeyFolder(folder, before);
      const [problem] = read.problems;
      assert.ok(problem && read.problems.length === 1);
      const seen = problem.message.replace(bad.name, 'NAME').replace(/\d+$/, 'OTHER');
      assert.deepEqual(
        [problem.code, seen, problem.line, problem.zone, problem.name],
        [code, message, line, 'shop.example', bad.name],
      );
      assert.ok(problem.file?.includes(bad.name) && (problem.remedy ?? '').length > 10);
      assert.deepEqual(tags(read, 'shop.example'), [good.key.tag]);
      assert.deepEqual(tags(read, 'other.example'), [other.key.tag]);
    });
  }

  test('files that are being copied, at each moment', async (context) => {
    const folder = folderFor(context);
    const { name: key } = await made(folder, 'shop.example');
    const other = await made(folder, 'other.example');
    for (const ending of ['private', 'key'] as const) {
      const file = path.join(folder, `${key}.${ending}`);
      const whole = readFileSync(file);
      // Behind the key itself come its times; before it, the public half has comments.
      const end = ending === 'key' ? whole.length - 3 : whole.indexOf('=\nCreated');
      for (let length = 0; length < end; length += 5) {
        writeFileSync(file, whole.subarray(0, length));
        const read = await readKeyFolder(folder);
        assert.deepEqual([...read.zones.keys()], ['other.example'], `${ending} ${length}`);
        assert.equal(read.problems.length, 1);
        assert.equal(read.problems[0]?.zone, 'shop.example');
      }
      writeFileSync(file, whole);
    }
    const read = await readKeyFolder(folder);
    assert.deepEqual([read.zones.size, read.problems.length], [2, 0]);
    assert.deepEqual(tags(read, 'other.example'), [other.key.tag]);
  });

  test('octets that changed, whichever: no other key is lost', async (context) => {
    const folder = folderFor(context);
    const { name: key } = await made(folder, 'shop.example');
    await made(folder, 'other.example');
    const files = (['private', 'key', 'state'] as const).map((ending) =>
      path.join(folder, `${key}.${ending}`),
    );
    const whole = new Map(files.map((file) => [file, readFileSync(file)]));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), fc.nat(1000), fc.nat(255), async (file, at, octet) => {
        const octets = Buffer.from(whole.get(file) ?? []);
        octets[at % octets.length] = octet;
        writeFileSync(file, octets);
        const read = await readKeyFolder(folder);
        writeFileSync(file, whole.get(file) ?? '');
        assert.equal(read.zones.get('other.example')?.length, 1);
        assert.equal((read.zones.get('shop.example')?.length ?? 0) + read.problems.length, 1);
      }),
    );
  });

  test('rights of others, which one command takes away', async (context) => {
    const folder = folderFor(context);
    const { name: key } = await made(folder, 'shop.example');
    const file = path.join(folder, `${key}.private`);
    chmodSync(file, 0o604);
    assert.equal((await readKeyFolder(folder)).problems[0]?.remedy, `chmod 600 ${file}`);
    chmodSync(file, 0o600);
    assert.deepEqual((await readKeyFolder(folder)).problems, []);
  });
});

describe('Of two keys that can be taken for each other, the older is used', () => {
  test('with one public key', async (context) => {
    const folder = folderFor(context);
    const { key, name: old } = await made(folder, 'shop.example');
    const dnskey = writeDnskey({
      flags: 256,
      algorithm: 13,
      publicKey: key.dnskey.subarray(4),
    });
    const twin = signingKeyOf(dnskey, privatePartOf(key).key);
    assert.ok(twin.ok);
    await writeKey(folder, {
      zone: name('shop.example'),
      key: twin.value,
      times: { ...TIMES, created: TIMES.created + 1 },
    });
    const read = await readKeyFolder(folder);
    assert.deepEqual(tags(read, 'shop.example'), [key.tag]);
    const file = `Kshop.example.+013+${String(twin.value.tag).padStart(5, '0')}.private`;
    assert.deepEqual(told(read, folder), [
      ['KEY_CLASH', file, 'shop.example', undefined, `The key is the same key as ${old}, and is not used`],
    ]);
  });

  test('with one key tag', async (context) => {
    const folder = folderFor(context);
    const [one, two] = clashing();
    await writeKey(folder, { zone: name('shop.example'), key: one, times: { ...TIMES, created: 5 } });
    await writeKey(folder, { zone: name('shop.example'), key: two, times: { ...TIMES, created: 4 } });
    const read = await readKeyFolder(folder);
    assert.deepEqual(tags(read, 'shop.example'), [two.tag]);
    assert.equal(read.problems[0]?.code, 'KEY_CLASH');
    // A key that is to end makes room for one that is not.
    const [kept] = read.zones.get('shop.example') ?? [];
    assert.ok(kept);
    await updateKey(folder, kept, { ...kept.times, inactive: 6 });
    assert.deepEqual(tags(await readKeyFolder(folder), 'shop.example'), [one.tag]);
  });

  test('in different zones both are used', async (context) => {
    const folder = folderFor(context);
    const { key } = await made(folder, 'shop.example');
    await writeKey(folder, { zone: name('other.example'), key, times: TIMES });
    const read = await readKeyFolder(folder);
    assert.deepEqual([read.problems.length, read.zones.size], [0, 2]);
  });
});

/** Two keys of one tag, of different algorithms so that their files have different names. */
function clashing() {
  const ones = new Map(
    Array.from({ length: 400 }, () => generateKey({ algorithm: 15, isEntry: true, beside: [] })).map(
      (key) => [key.tag, key],
    ),
  );
  for (;;) {
    const two = generateKey({ algorithm: 13, isEntry: true, beside: [] });
    const one = ones.get(two.tag);
    if (one !== undefined) return [one, two] as const;
  }
}

describe('A folder', () => {
  test('that does not exist holds no keys, and no problems', async (context) => {
    const read = await readKeyFolder(folderFor(context));
    assert.deepEqual([read.zones.size, read.problems], [0, []]);
  });

  test('that cannot be read is a problem', async (context) => {
    const folder = folderFor(context);
    writeFileSync(folder, 'a file');
    const read = await readKeyFolder(folder);
    assert.deepEqual(told(read, folder), [
      ['KEY_FOLDER', '', undefined, undefined, 'Cannot read the folder of keys: it is no folder'],
    ]);
    for (const problem of [read.problems[0], await whyNotWritable(folder)])
      assert.match(problem?.remedy ?? '', /names a file: name a folder, or move the file elsewhere/);
    const below = await whyNotWritable(path.join(folder, 'keys'));
    assert.match(below?.remedy ?? '', /A part of its path is a file/);
  });

  test('may hold other files: only what looks like a key is told', async (context) => {
    const folder = folderFor(context);
    const { name: key } = await made(folder, 'shop.example');
    for (const file of ['README', 'x.tmp', `${key}.ds`, 'Kother.example.+013+00001.state', 'mine.private'])
      writeFileSync(path.join(folder, file), 'x');
    const read = await readKeyFolder(folder);
    assert.deepEqual(
      told(read, folder).map(([code, file]) => [code, file]),
      [['KEY_FILE', 'mine.private']],
    );
    assert.equal(read.problems[0]?.severity, 'warning');
    assert.equal(read.zones.size, 1);
  });

  test('that has not changed is read with the same keys', async (context) => {
    const folder = folderFor(context);
    await made(folder, 'shop.example');
    const { name: changed } = await made(folder, 'other.example');
    const before = await readKeyFolder(folder);
    writeFileSync(path.join(folder, `${changed}.state`), '; comment\nAlgorithm: 13\nKSK: yes\nZSK: no\n');
    const after = await readKeyFolder(folder, before);
    const keyOf = (read: KeyFolder, zone: string) => read.zones.get(zone)?.[0];
    assert.equal(keyOf(after, 'shop.example')?.key, keyOf(before, 'shop.example')?.key);
    assert.notEqual(keyOf(after, 'other.example')?.key, keyOf(before, 'other.example')?.key);
    assert.equal(keyOf(after, 'other.example')?.isZsk, false);
  });

  test('shows no secret, whichever way it is printed', async (context) => {
    const folder = folderFor(context);
    const { key, name: broken } = await made(folder, 'shop.example');
    const { name: bad } = await made(folder, 'other.example');
    truncateSync(path.join(folder, `${bad}.private`), 85);
    const read = await readKeyFolder(folder);
    assert.equal(read.problems.length, 1);
    const { algorithm, key: secret } = privatePartOf(key);
    const octets = Buffer.from(algorithm.privateFieldsOf(secret).get('PrivateKey') ?? []).subarray(3, 15);
    const cut =
      /PrivateKey: (.{8})/.exec(readFileSync(path.join(folder, `${bad}.private`), 'utf8'))?.[1] ?? '';
    assert.ok(
      readFileSync(path.join(folder, `${broken}.private`), 'utf8').includes(octets.toString('base64')),
    );
    const seen =
      inspect(read, { depth: Infinity, showHidden: true }) +
      JSON.stringify([...read.zones]) +
      JSON.stringify(read);
    for (const form of [
      octets.toString('base64'),
      octets.toString('hex'),
      [...octets].join(','),
      [...octets].join(', '),
      cut,
    ]) {
      assert.ok(form.length >= 8 && !seen.includes(form), form);
    }
  });
});
