/** Originals on the disk for one test file, and what an import makes of them. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import type { Imported, ImportResult } from '../../runtime/import/imported.ts';

/** A folder with these files, gone when the tests of the file are over. */
export function originals(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-import-'));
  after(() => rmSync(folder, { recursive: true }));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

/** What was made of an original that is understood. */
export function understood(result: ImportResult): Imported {
  if (!result.ok) assert.fail(JSON.stringify(result.problem, null, 2));
  return result.value;
}

/** Why an original is not understood, its files without their folder. */
export function refused(result: ImportResult): Pick<Diagnostic, 'file' | 'line' | 'message' | 'remedy'> {
  assert.ok(!result.ok, 'It was understood');
  const [{ file, line, message, remedy } = assert.fail('no diagnostic')] = result.problem;
  return {
    ...(file !== undefined && { file: path.basename(file) }),
    ...(line !== undefined && { line }),
    message,
    ...(remedy !== undefined && { remedy }),
  };
}

/** The policy of a zone, on one line, without comments. */
export function policyOf({ files }: Imported, zone: string): string {
  const text = files.get(`${zone}.ts`) ?? assert.fail(`no policy of ${zone}`);
  return text.replace(/^\s*\/\/.*$/gm, '').replace(/\s+/g, ' ');
}

/** Kind and place of what a report has, with what it is about. */
export function toldOf({ report }: Imported): string[] {
  return report.map(({ kind, file, line, what }) => `${path.basename(file)}:${line} ${kind}: ${what}`);
}
