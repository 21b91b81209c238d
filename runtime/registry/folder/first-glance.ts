/** A glance at the policies folder, at its names alone, ahead of the scan. */
import { readdir } from 'node:fs/promises';

/**
 * Whether there seem to be policies: then it is worth starting sandboxes before all files were looked at. What is in the
 * folders of teams, or cannot be listed, is left to the scan.
 */
export async function seemsToHoldPolicies(root: string): Promise<boolean> {
  const names = await readdir(root).catch((): string[] => []);
  return names.some((name) => /\.[jt]s$/.test(name));
}
