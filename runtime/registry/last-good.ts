/**
 * The last good version of a zone, and how it stands in its file: a line with the format and the
 * SHA-256 of all that follows, a line of JSON, then the records as octets. Whatever a torn write or a bad disk does to the file shows.
 *
 * Kept is what a version is made of, not what was made: it is put together anew before it is served
 * again, under the settings of the day, and tried anew unless there is proof (proof.ts) that this need
 * not be.
 */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { fail, ok, type Result } from '../base/result.ts';
import type { CompiledPolicy } from '../build/failure-place.ts';
import type { ManifestData } from '../rpc/plan.ts';
import { RecordPack } from '../zone/record-pack.ts';
import type { ZoneVersion } from './zone-version.ts';

/** That it passed its trial (proof.ts). */
export interface Proof {
  /** Stands for all that a trial goes by, apart from the sources. */
  readonly by: string;
  /** Files that were read, by hash of their content, and those that were looked for in vain. */
  readonly sources: Readonly<Record<string, string>>;
  readonly manifest: ManifestData;
  /** See {@link Accepted.loadMs}. */
  readonly loadMs?: number | undefined;
}

/** What outlives a restart of a version. Records that its policy declares are in the script. */
export interface LastGood extends Pick<ZoneVersion, 'zone' | 'records' | 'recordHashes' | 'serial'> {
  readonly version: string;
  /** Milliseconds since 1970: when it went live. */
  readonly since: number;
  readonly policy?: CompiledPolicy | undefined;
  readonly proof?: Proof | undefined;
}

/** What is to be kept of a version that went live at this moment, in milliseconds since 1970. */
export function lastGoodOf(version: ZoneVersion, since: number, proof: Proof | undefined): LastGood {
  const { zone, policy, isTransferred, recordHashes, serial, update } = version;
  return {
    zone,
    version: update.version,
    since,
    policy: policy && { file: policy.file, script: policy.script, sourceMap: policy.sourceMap },
    // A copy of a primary's zone has a place and a time of its own.
    records: isTransferred === true ? new RecordPack() : version.records,
    recordHashes,
    serial,
    proof,
  };
}

/** The octets of its file, one behind the other. */
export async function encodeLastGood(version: LastGood): Promise<readonly Uint8Array[]> {
  const { records, ...rest } = version;
  const json = Buffer.from(`${JSON.stringify(rest)}\n`);
  const sum = await sha256(json, records.octets);
  return [Buffer.from(`${MAGIC} ${FORMAT} ${sum}\n`), json, records.octets];
}

/** Reads what {@link encodeLastGood} wrote for the zone; says what is wrong with anything else. */
export async function decodeLastGood(octets: Buffer<ArrayBuffer>, zone: string): Promise<Result<LastGood>> {
  const end = octets.indexOf('\n');
  const [magic, format, sum, ...more] = octets.toString('latin1', 0, Math.max(end, 0)).split(' ');
  if (magic !== MAGIC || more.length > 0) return fail('it does not begin as such a file does');
  if (format !== FORMAT) return fail(`its format is not ${FORMAT}, the one known here`);
  const body = octets.subarray(end + 1);
  if (sum !== (await sha256(body))) return fail('its checksum is wrong');
  const jsonEnd = body.indexOf('\n');
  const records = RecordPack.read(plain(body.subarray(jsonEnd + 1)));
  if (!records.ok) return fail(`it does not hold what it should: ${records.problem}`);
  const read = BODY.safeParse(parseJson(body.subarray(0, Math.max(jsonEnd, 0))));
  if (!read.success) return fail(`it does not hold what it should: ${z.prettifyError(read.error)}`);
  if (read.data.zone !== zone) return fail(`it is of another zone, ${read.data.zone}`);
  return ok({ ...read.data, records: records.value });
}

const MAGIC = 'dnsteer-last-good';
/** In files of format 1 each script had the prelude in front; in those of format 2 records were JSON. */
const FORMAT = '3';

const BODY = z.object({
  zone: z.string(),
  version: z.string(),
  since: z.number(),
  policy: z.object({ file: z.string(), script: z.string(), sourceMap: z.string() }).optional(),
  recordHashes: z.array(z.string()),
  serial: z.object({ basis: z.string(), value: z.uint32() }),
  proof: z
    .object({
      by: z.string(),
      sources: z.record(z.string(), z.string()),
      // Read as one that has just come from a sandbox.
      manifest: z.custom<ManifestData>((value) => typeof value === 'object' && value !== null),
      loadMs: z.number().optional(),
    })
    .optional(),
});

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** The same octets where a Buffer will not do. */
function plain({ buffer, byteOffset, length }: Buffer<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, byteOffset, length);
}

/** Octets hashed at a time: a few milliseconds. Control has others to attend to while it hashes a large zone. */
const SLICE = 4 * 2 ** 20;

async function sha256(...parts: readonly Uint8Array[]): Promise<string> {
  const hash = createHash('sha256');
  for (const octets of parts) {
    for (let at = 0; at < octets.length; at += SLICE) {
      if (at > 0) await nextTurn();
      hash.update(octets.subarray(at, at + SLICE));
    }
  }
  return hash.digest('hex');
}
