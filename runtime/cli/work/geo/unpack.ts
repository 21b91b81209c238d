/** The MMDB file in what makers of such files hand out: the file itself, in gzip (RFC 1952), or in a tar archive in gzip. */
import { gunzipSync } from 'node:zlib';
import { fail, ok, type Result } from '../../../base/result.ts';

/** Unpacks what is packed; no more than so many octets come of it. */
export function unpack(octets: Buffer, mostOctets: number): Result<Buffer> {
  if (octets[0] !== 0x1f || octets[1] !== 0x8b) return isTar(octets) ? fileInTar(octets) : ok(octets);
  try {
    const plain = gunzipSync(octets, { maxOutputLength: mostOctets });
    return isTar(plain) ? fileInTar(plain) : ok(plain);
  } catch (error) {
    return fail(
      (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
        ? `it has more than ${Math.floor(mostOctets / 2 ** 20)} MiB unpacked; --most says how many there may be`
        : `it was not written to its end, or is damaged (${(error as Error).message})`,
    );
  }
}

/** Of a header of a tar archive (POSIX.1 ustar): where its fields are, in octets. */
const BLOCK = 512;
const NAME = { at: 0, length: 100 };
const SIZE = { at: 124, length: 12 };
const MAGIC = { at: 257, text: 'ustar' };

function isTar(octets: Buffer): boolean {
  return octets.toString('latin1', MAGIC.at, MAGIC.at + MAGIC.text.length) === MAGIC.text;
}

/** The first file whose name ends in `.mmdb`. */
function fileInTar(octets: Buffer): Result<Buffer> {
  for (let at = 0; at + BLOCK <= octets.length && isTar(octets.subarray(at, at + BLOCK)); ) {
    const size = Number.parseInt(fieldOf(octets, at, SIZE), 8);
    if (!Number.isSafeInteger(size) || size < 0) break;
    const [start, end] = [at + BLOCK, at + BLOCK + size];
    if (fieldOf(octets, at, NAME).endsWith('.mmdb'))
      return end <= octets.length
        ? ok(octets.subarray(start, end))
        : fail('the archive was not written to its end');
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return fail('no file in the archive has a name that ends in .mmdb');
}

function fieldOf(octets: Buffer, header: number, { at, length }: typeof NAME): string {
  const text = octets.toString('latin1', header + at, header + at + length);
  return text.split('\0')[0]?.trim() ?? '';
}
