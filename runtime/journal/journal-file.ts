/**
 * The file of a journal: a line with the format and the SHA-256 of all that follows, a line of JSON, the
 * steps, and the records of the newest version. It changes in one step, so that it is always one whole
 * version and the steps that lead to it, and a torn write or a bad disk shows.
 */
import { createHash } from 'node:crypto';
import { fail, ok, type Result } from '../base/result.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { packedRecords, RecordPack } from '../zone/record-pack.ts';
import { type HistoryStep, historyOctets, serialOfSoa, stepsIn } from './history.ts';
import { type Journal, serialOfPack } from './journal.ts';

/** The octets of the file, in parts. */
export function encodeJournal(zone: string, { records, steps }: Journal): readonly Uint8Array[] {
  const history = historyOctets(steps);
  const body = [
    Buffer.from(`${JSON.stringify({ zone, history: history.length })}\n`),
    history,
    records.octets,
  ];
  return [Buffer.from(`${MAGIC} ${FORMAT} ${sha256(body)}\n`), ...body];
}

/** Reads a file that {@link encodeJournal} made for the zone, or says what is wrong with it. */
export function decodeJournal(octets: Buffer<ArrayBuffer>, zone: string): Result<Journal> {
  const end = octets.indexOf('\n');
  const [magic, format, sum, ...more] = octets.toString('latin1', 0, Math.max(end, 0)).split(' ');
  if (magic !== MAGIC || more.length > 0) return fail('it does not begin as such a file does');
  if (format !== FORMAT) return fail(`its format is not ${FORMAT}, the one known here`);
  const body = octets.subarray(end + 1);
  if (sum !== sha256([body])) return fail('its checksum is wrong');
  const jsonEnd = body.indexOf('\n') + 1;
  // The checksum is right, so this is what was written.
  const head = JSON.parse(body.toString('latin1', 0, jsonEnd)) as { zone: string; history: number };
  if (head.zone !== zone) return fail(`it is of another zone, ${head.zone}`);
  const rest = plain(body).subarray(jsonEnd);
  const records = RecordPack.read(rest.subarray(head.history));
  if (!records.ok) return records;
  const steps = [...stepsIn(rest.subarray(0, head.history))];
  const problem = problemIn(steps, records.value);
  return problem === undefined ? ok({ records: records.value, steps }) : fail(problem);
}

const MAGIC = 'dnsteer-journal';
const FORMAT = '1';

/** Each step must begin at the serial where the one before ends, and the last must end at the newest version. */
function problemIn(steps: readonly HistoryStep[], records: RecordPack): string | undefined {
  const ends = [...steps.slice(1).map(({ from }) => from), serialOfPack(records)];
  for (const [index, step] of steps.entries()) {
    const soas = [...packedRecords(step.records)].filter(({ type }) => type === RRTYPE.SOA);
    const [from, to] = soas.map(serialOfSoa);
    if (soas.length !== 2 || from !== step.from || to !== ends[index]) return 'its steps do not join';
  }
  return undefined;
}

function sha256(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const octets of parts) hash.update(octets);
  return hash.digest('hex');
}

/** The same octets as a plain Uint8Array. */
function plain({ buffer, byteOffset, length }: Buffer<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, byteOffset, length);
}
