/** Hashes that stand for the content of a file, or of several. */
import { createHash } from 'node:crypto';

/** In place of the hash of a file that is not there. */
export const NO_CONTENT = '';

/** The first eight hexadecimal digits of the SHA-256 of a text: enough to tell the versions of one zone apart. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/** SHA-256, in base64; of a text, its UTF-8. */
export function contentHash(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('base64');
}
