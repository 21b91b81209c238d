/** By what the content of a file, or of what stands for some, is known. */
import { createHash } from 'node:crypto';

/** In place of the hash of a file that is not there. */
export const NO_CONTENT = '';

/** SHA-256, in base64; of a text, its UTF-8. */
export function contentHash(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('base64');
}
