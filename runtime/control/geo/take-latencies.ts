/**
 * Takes over a file of latencies: reads it, looks at all of it, and puts the table aside in the form in which answer processes use
 * it: a million rows are not read anew by each of them.
 */
import { chown } from 'node:fs/promises';
import path from 'node:path';
import { serialize } from 'node:v8';
import { contentHash, shortHash } from '../../base/files/content-hash.ts';
import { fileProblemText, readRegularFile } from '../../base/files/read-file.ts';
import { replaceFile, writeInFolder } from '../../base/files/replace-file.ts';
import { runInThread } from '../../base/process/run-in-thread.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { systemErrorText } from '../../base/system-error.ts';
import type { LatencyData } from '../../geo/latency/latency-table.ts';
import { mergedLatencies } from '../../geo/latency/merge-latencies.ts';
import { MOST_LATENCY_OCTETS, readLatencies } from '../../geo/latency/read-latencies.ts';
import type { Account } from '../../transport/privileges.ts';

export interface LatencyTask {
  readonly file: string;
  /** A file that its rows go into, if any: it becomes what they come to, and the other file stays as it is. */
  readonly into?: string;
  /** Of the tables. */
  readonly folder: string;
  /** The user of answer processes, where it is another. */
  readonly account: Account | undefined;
}

export interface TakenLatencies {
  /** The file of the table. */
  readonly table: string;
  readonly hash: string;
  readonly rows: number;
  readonly pools: readonly string[];
}

/** As {@link takeLatenciesHere}, in a thread: seconds for a million rows. */
export function takeLatencies(task: LatencyTask): Promise<Result<TakenLatencies>> {
  return runInThread<Result<TakenLatencies>>(ENTRY, task, 'The thread for latencies');
}

/** Resolves with what is wrong with the file, and on which line, if anything is. */
export async function takeLatenciesHere({
  file,
  into,
  folder,
  account,
}: LatencyTask): Promise<Result<TakenLatencies>> {
  const given = await readTable(file);
  const whole = given.ok && into !== undefined ? await merged(given.value, file, into) : given;
  if (!whole.ok) return whole;
  const { octets, data } = whole.value;
  const { pools, values } = data;
  const hash = contentHash(octets);
  const table = path.join(folder, shortHash(hash));
  try {
    // Other users can open a file whose name they know, but cannot list the names.
    await writeInFolder(folder, () => replaceFile(table, [serialize(data)]), 0o711);
    if (account !== undefined) await chown(table, account.uid, account.gid);
  } catch (error) {
    return fail(`Cannot write the table of latencies ${table}: ${systemErrorText(error)}`);
  }
  return ok({ table, hash, rows: values.length / pools.length, pools });
}

interface ReadTable {
  readonly octets: Buffer;
  readonly data: LatencyData;
}

async function readTable(file: string): Promise<Result<ReadTable>> {
  const read = await readRegularFile(file, { mostOctets: MOST_LATENCY_OCTETS });
  if (!read.ok) return fail(`Cannot read the latencies ${file}: ${fileProblemText(read.problem)}`);
  const { octets } = read.value;
  const data = readLatencies(octets);
  if (data.ok) return ok({ octets, data: data.value });
  return fail(`Cannot use the latencies ${file}:${data.problem.line}: ${data.problem.problem}`);
}

/** Makes `file` what its rows come to in the file `into`. A file that cannot be used has no rows that could stay. */
async function merged(given: ReadTable, file: string, into: string): Promise<Result<ReadTable>> {
  const base = await readTable(into);
  if (!base.ok) return ok(given);
  const text = mergedLatencies(base.value.octets.toString('utf8'), given.octets.toString('utf8'));
  const octets = Buffer.from(text);
  const data = readLatencies(octets);
  if (!data.ok || octets.length > MOST_LATENCY_OCTETS)
    return fail(
      `Cannot use the latencies: together with the rows before, ${data.ok ? 'they are too large' : data.problem.problem}`,
    );
  await replaceFile(file, [octets]);
  return ok({ octets, data: data.value });
}

const ENTRY = new URL(`latency-thread${path.extname(import.meta.url)}`, import.meta.url);
