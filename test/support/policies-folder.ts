/** A policies folder for one test, removed when it ends. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { atEnd } from './at-end.ts';

export interface Folder {
  /** Holds the policies folder and nothing else: room for what lies outside. */
  readonly parent: string;
  readonly root: string;
  readonly write: (file: string, text: string) => void;
  readonly remove: (file: string) => void;
}

export function makeFolder(context: TestContext, files: Readonly<Record<string, string>> = {}): Folder {
  const parent = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'dnsteer-policies-')));
  const root = path.join(parent, 'policies');
  mkdirSync(root);
  atEnd(context, () => rmSync(parent, { recursive: true }));
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  const remove = (file: string): void => rmSync(path.join(root, file), { recursive: true });
  for (const [file, text] of Object.entries(files)) write(file, text);
  return { parent, root, write, remove };
}
