/** What root writes into the folder of another user belongs to that user. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { createFile, makeFolders, replaceFile } from '../../../runtime/base/files/replace-file.ts';
import { BIN } from '../../support/bin.ts';
import { missing } from '../../support/dig.ts';

const SERVICE = 12_345;
const skip = process.geteuid?.() === 0 ? false : 'only root can give files away';

function withFolder(work: (folder: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-owner-'));
    chownSync(folder, SERVICE, SERVICE);
    try {
      await work(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
}

/** The owners of all that is in a folder, by path. */
function ownersIn(folder: string): Record<string, readonly number[]> {
  const names = readdirSync(folder, { recursive: true }) as string[];
  const pairs = names.map((name) => {
    const { uid, gid } = statSync(path.join(folder, name));
    return [name, [uid, gid]] as const;
  });
  return Object.fromEntries(pairs);
}

test(
  'Files and folders',
  { skip },
  withFolder(async (folder) => {
    const at = (...parts: string[]): string => path.join(folder, ...parts);
    await makeFolders(at('a', 'b'), 0o700);
    await makeFolders(at('a', 'b'));
    await makeFolders(at('c', 'd'), 0o700);
    await replaceFile(at('a', 'b', 'one'), [Buffer.from('1')]);
    await replaceFile(at('a', 'b', 'one'), [Buffer.from('2')]);
    await createFile(at('two'), [Buffer.from('2')]);
    const owners = ownersIn(folder);
    assert.deepEqual(Object.keys(owners).sort(), ['a', 'a/b', 'a/b/one', 'c', 'c/d', 'two']);
    for (const [name, owner] of Object.entries(owners)) assert.deepEqual(owner, [SERVICE, SERVICE], name);
  }),
);

test(
  'dnsteer dnssec import, given by root',
  { skip: skip || missing('dnssec-keygen') },
  withFolder(async (folder) => {
    const from = mkdtempSync(path.join(tmpdir(), 'dnsteer-owner-from-'));
    try {
      execFileSync('dnssec-keygen', ['-q', '-a', 'ECDSAP256SHA256', '-K', from, 'example.com']);
      const keys = path.join(folder, 'keys');
      const files = readdirSync(from).map((name) => path.join(from, name));
      execFileSync(process.execPath, [BIN, 'dnssec', 'import', 'example.com', ...files], {
        cwd: folder,
        env: { ...process.env, DNSTEER_DNSSEC_KEYS: keys, DNSTEER_STATE: path.join(folder, 'state') },
      });
      const owners = ownersIn(keys);
      assert.ok(Object.keys(owners).some((name) => name.endsWith('.private')));
      for (const [name, owner] of Object.entries(owners)) assert.deepEqual(owner, [SERVICE, SERVICE], name);
      assert.deepEqual([statSync(keys).uid, statSync(keys).gid], [SERVICE, SERVICE]);
    } finally {
      rmSync(from, { recursive: true });
    }
  }),
);
