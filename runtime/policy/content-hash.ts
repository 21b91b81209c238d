/** By what the content of a file is known. */
import { createHash } from 'node:crypto';

/** In place of the hash of a file that is not there. */
export const NO_CONTENT = '';

/** SHA-256, in base64. */
export function contentHash(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('base64');
}
