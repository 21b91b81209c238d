/**
 * The last good version of a zone, and the format of its file: a line with the format and the SHA-256 of
 * all that follows, a line of JSON, then the records as octets. So a torn write or a bad disk shows.
 *
 * The file keeps the parts of a version: dnsteer puts the version together anew before it serves it again,
 * under the settings of the day, and tries it anew unless a proof (proof.ts) says that this is not needed.
 */

import { createHash } from 'node:crypto';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { contentHash } from '../base/files/content-hash.ts';
import { fromBase64, toBase64 } from '../base/octets-text.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { CompiledPolicy } from '../build/failure-place.ts';
import type { ManifestLimits } from '../limits/manifest-limits.ts';
import type { ManifestData } from '../rpc/plan.ts';
import type { SampleDecision } from '../trial/trial-outcome.ts';
import { RecordPack } from '../zone/record-pack.ts';
import type { CompletedVersion, ZoneVersion } from './zone-version.ts';

/** Proof that a policy passed its trial (proof.ts). */
export interface TrialProof {
  /** A hash of all that a trial depends on, apart from the sources. */
  readonly by: string;
  /** Path → hash of the content, for the files that were read and those that were looked for in vain. */
  readonly sources: Readonly<Record<string, string>>;
  readonly manifest: ManifestData;
  /** See {@link Accepted.loadMs}. */
  readonly loadMs?: number | undefined;
  /** See {@link Accepted.decisions}. */
  readonly decisions?: readonly (readonly [host: string, SampleDecision])[] | undefined;
  readonly completed?: CompletedVersion | undefined;
}

/** The parts of a version that outlive a restart. Records that its policy declares are in the script. */
export interface LastGood extends Pick<ZoneVersion, 'zone' | 'records' | 'recordHashes' | 'serial'> {
  readonly version: string;
  /** When the version went live, in milliseconds since 1970. */
  readonly since: number;
  readonly policy?: CompiledPolicy | undefined;
  readonly proof?: TrialProof | undefined;
  /** What the team of its policy may use. */
  readonly limits?: readonly ManifestLimits[] | undefined;
}

/** The parts to keep of a version that went live at `since`, in milliseconds since 1970. */
export function lastGoodOf(version: ZoneVersion, since: number, proof: TrialProof | undefined): LastGood {
  const { zone, policy, isTransferred, recordHashes, serial, update } = version;
  return {
    zone,
    version: update.version,
    since,
    policy: policy && {
      file: policy.file,
      script: policy.script,
      sourceMap: policy.sourceMap,
      ...(policy.lists && policy.lists.length > 0 && { lists: policy.lists }),
    },
    // A copy of a primary's zone is kept elsewhere, and expires at its own time.
    records: isTransferred === true ? new RecordPack() : version.records,
    recordHashes,
    serial,
    proof,
    limits: update.policy?.limits,
  };
}

/** Reads the kept version of a zone, once. */
export type Kept = () => Promise<LastGood | undefined>;

/**
 * The kept version of a zone, read when it is first asked for: ten thousand zones whose files are sound do without. Without
 * a store there is none.
 */
export function keptOnce(
  zone: string,
  store: { read(zone: string): Promise<LastGood | undefined> } | undefined,
): Kept {
  let kept: Promise<LastGood | undefined> | undefined;
  return () => {
    kept ??= store?.read(zone) ?? Promise.resolve(undefined);
    return kept;
  };
}

/** The octets of the file of a version, in parts. */
export async function encodeLastGood(version: LastGood): Promise<readonly Uint8Array[]> {
  const { records, policy, ...rest } = version;
  const lists = policy?.lists && { lists: toBase64(policy.lists) };
  const json = Buffer.from(
    `${JSON.stringify({ ...rest, ...(policy && { policy: { ...policy, ...lists } }) })}\n`,
  );
  const sum = await sha256(json, records.octets);
  return [Buffer.from(`${MAGIC} ${FORMAT} ${sum}\n`), json, records.octets];
}

/** Reads a file that {@link encodeLastGood} made for the zone, or says what is wrong with it. */
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

/** A text that is the same for equal versions, whenever they went live. */
export function identityOf({ version, policy, serial, proof }: LastGood): string {
  return contentHash(
    JSON.stringify([version, policy?.sourceMap, serial, proof?.by, proof?.sources, proof?.completed?.by]),
  );
}

/** `state`: the state folder. */
export function lastGoodFolder(state: string): string {
  return path.join(state, 'last-good');
}

/** The name of the file of a zone, without its ending. */
export function keptName(zone: string): string {
  const name = encodeURIComponent(zone);
  return name.length <= MAX_STEM
    ? name
    : `${name.slice(0, 100)}~${createHash('sha256').update(zone).digest('hex')}`;
}

/** A file's name has 255 octets at most, with its ending. */
const MAX_STEM = 200;

const MAGIC = 'dnsteer-last-good';
/** In format 1 each script began with the prelude; in format 2 records were JSON. */
const FORMAT = '3';

const BODY = z.object({
  zone: z.string(),
  version: z.string(),
  since: z.number(),
  policy: z
    .object({
      file: z.string(),
      script: z.string(),
      sourceMap: z.string(),
      // Files of earlier dnsteers have none.
      lists: z.string().transform(fromBase64).optional(),
    })
    .optional(),
  recordHashes: z.array(z.string()),
  serial: z.object({ basis: z.string(), value: z.uint32() }),
  proof: z
    .object({
      by: z.string(),
      sources: z.record(z.string(), z.string()),
      // acceptManifest checks the manifest later, as it does one that has just come from a sandbox.
      manifest: z.custom<ManifestData>((value) => typeof value === 'object' && value !== null),
      loadMs: z.number().optional(),
      // Files of earlier dnsteers have none: those policies are tried again.
      decisions: z
        .array(z.tuple([z.string(), z.object({ types: z.array(z.uint32()), readsName: z.boolean() })]))
        .optional(),
      // The checksum of the file is enough for what control itself has made.
      completed: z
        .custom<CompletedVersion>((value) => typeof value === 'object' && value !== null)
        .optional(),
    })
    .optional(),
  // Only dnsteer writes this file, and its checksum is right.
  limits: z.custom<readonly ManifestLimits[]>((value) => Array.isArray(value)).optional(),
});

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** The same octets as a plain Uint8Array, for callers that take no Buffer. */
function plain({ buffer, byteOffset, length }: Buffer<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, byteOffset, length);
}

/** Octets hashed at a time, in a few milliseconds: control has other work while it hashes a large zone. */
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
