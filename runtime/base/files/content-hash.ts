/** Hashes that stand for the content of a file, or of several. */
import { hash } from 'node:crypto';

/** Stands for the hash of a file that does not exist. */
export const NO_CONTENT = '';

/** The first eight hexadecimal digits of the SHA-256 of a text: enough for the versions of one zone. */
export function shortHash(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 8);
}

/** SHA-256, in base64; of a text, its UTF-8. */
export function contentHash(content: Uint8Array | string): string {
  return hash('sha256', content, 'base64');
}
