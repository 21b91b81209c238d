/** What is in a folder that need not be there. */
import { readdir } from 'node:fs/promises';
import { systemErrorCode } from '../system-error.ts';

/** The names in a folder, in no order; none if there is no such folder. Rejects with other errors of the system. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
