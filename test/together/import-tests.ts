/**
 * Runs the tests of whole folders in one process. Each process that the runner starts for a test file takes a quarter of a
 * second of the processor, and these files take less; those that start servers, or take long, have processes of their own.
 */
import { globSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const TESTS = path.resolve(import.meta.dirname, '..');

/** Registers the tests of folders of test/, but for the long ones. */
export async function importTests(...folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const files = globSync(`${folder}/**/!(*.long).test.ts`, { cwd: TESTS }).sort();
    for (const file of files) await import(pathToFileURL(path.join(TESTS, file)).href);
  }
}
