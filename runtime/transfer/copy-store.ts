/**
 * Stores copies of other servers' zones, one file each, so that a restart finds them. A file changes in one
 * step: a crash leaves the old one or the new one. Its modification time is when the primary last confirmed
 * that the copy is the newest version: the zone's expiry counts from then.
 */

import { createHash } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import path from 'node:path';
import { fileProblemText, readRegularFile } from '../base/files/read-file.ts';
import { makeFolders, replaceFile } from '../base/files/replace-file.ts';
import { fromBase64, toBase64 } from '../base/octets-text.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { nameFromText, nameToText, ROOT } from '../wire/name.ts';
import type { ResourceRecord } from '../wire/record.ts';

export interface ZoneCopy {
  readonly records: readonly ResourceRecord[];
  /** When the primary last confirmed the copy, in milliseconds since 1970. */
  readonly confirmedAt: number;
}

/** Owner with its final dot, type, TTL, and RDATA in base64. */
type RecordTuple = readonly [owner: string, type: number, ttl: number, rdata: string];

/** The most octets of a copy: the most that a text in memory can have. */
const MOST_OCTETS = 500 * 2 ** 20;
const MAGIC = 'dnsteer-transferred 1';

export class CopyStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Reads the copy of a zone, `undefined` if there is none, or says what is wrong with it. */
  async read(zone: string): Promise<Result<ZoneCopy | undefined>> {
    const read = await readRegularFile(this.#fileOf(zone), { mostOctets: MOST_OCTETS });
    if (!read.ok) return read.problem.kind === 'absent' ? ok(undefined) : fail(fileProblemText(read.problem));
    const { octets, stats } = read.value;
    const end = octets.indexOf('\n');
    const body = octets.subarray(end + 1);
    if (octets.toString('latin1', 0, end) !== headOf(body)) return fail('its checksum is wrong');
    const tuples = JSON.parse(body.toString()) as RecordTuple[];
    return ok({ records: tuples.map(recordOf), confirmedAt: Number(stats.mtimeNs / 1000n) / 1000 });
  }

  /** Replaces the copy of a zone. */
  async write(zone: string, { records, confirmedAt }: ZoneCopy): Promise<void> {
    await makeFolders(this.#folder, 0o700);
    const body = Buffer.from(JSON.stringify(records.map(tupleOf)));
    await replaceFile(this.#fileOf(zone), [Buffer.from(`${headOf(body)}\n`), body], {
      modifiedAt: confirmedAt,
    });
  }

  /** Notes that the primary has confirmed the copy as the newest. */
  async confirm(zone: string, confirmedAt: number): Promise<void> {
    await utimes(this.#fileOf(zone), confirmedAt / 1000, confirmedAt / 1000);
  }

  #fileOf(zone: string): string {
    return path.join(this.#folder, `${zone}.json`);
  }
}

function headOf(body: Uint8Array): string {
  return `${MAGIC} ${createHash('sha256').update(body).digest('hex')}`;
}

function tupleOf({ owner, type, ttl, rdata }: ResourceRecord): RecordTuple {
  return [nameToText(owner), type, ttl, toBase64(rdata)];
}

function recordOf([owner, type, ttl, rdata]: RecordTuple): ResourceRecord {
  const name = nameFromText(owner);
  return {
    owner: name.ok ? name.value : ROOT,
    type,
    ttl,
    rdata: fromBase64(rdata),
  };
}
