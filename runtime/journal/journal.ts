/**
 * The journal of a zone: all records of its newest version, and what changed on the way there. As the
 * newest version is part of it, a difference is always one between what was served and what is served,
 * whatever happened meanwhile: a restart, a crash, versions that were never kept.
 */
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { isSerialAfter } from '../wire/serial-number.ts';
import { RecordPack } from '../zone/record-pack.ts';
import { type HistoryStep, STEP_HEAD, serialOfSoa } from './history.ts';

export interface Journal {
  /** All records of the newest version, with one SOA. */
  readonly records: RecordPack;
  /** The steps that lead to it, the oldest first. */
  readonly steps: readonly HistoryStep[];
}

/** The most records of a zone that has a journal: V8's sets hold twice as many. */
const MOST_RECORDS = 2 ** 23;
/** The most steps: answer processes look through all of them for a serial. */
const MOST_STEPS = 4096;

/**
 * The journal after a version with these records, or `before` itself if these are its records.
 *
 * The steps take `mostOctets` at most, and no more than all records of the zone: whoever is further behind is
 * better off with those (RFC 1995 §4). A version whose serial does not come after the one before (RFC 1982
 * §3.2) ends all steps: secondaries that have the earlier one cannot know what they have. For the same reason
 * no step begins at a serial in `passedOver`: these are of versions that were served meanwhile, and whose
 * records nobody has looked at.
 */
export function nextJournal(
  before: Journal | undefined,
  records: RecordPack,
  mostOctets: number,
  passedOver: readonly number[] = [],
): Journal | undefined {
  if (records.size > MOST_RECORDS) return undefined;
  if (before === undefined) return { records, steps: [] };
  const { removed, added } = differenceOf(before.records, records);
  if (removed.length === 0 && added.length === 0) return mostOctets > 0 ? before : { records, steps: [] };
  const [from, to] = [serialOfPack(before.records), serialOfPack(records)];
  if (from === undefined || to === undefined || !isSerialAfter(to, from)) return { records, steps: [] };
  const step = new RecordPack();
  addSoaFirst(step, before.records, removed);
  addSoaFirst(step, records, added);
  const known = [...before.steps, { from, records: step.octets.slice() }];
  let [first, left] = [known.length, Math.min(mostOctets, records.octets.length)];
  for (; first > Math.max(0, known.length - MOST_STEPS); first--) {
    const last = known[first - 1];
    left -= STEP_HEAD + (last?.records.length ?? 0);
    if (last === undefined || left < 0) break;
    if (!isSerialAfter(to, last.from) || passedOver.includes(last.from)) break;
  }
  return { records, steps: known.slice(first) };
}

/** The serial of the SOA among the records. */
export function serialOfPack(records: RecordPack): number | undefined {
  for (let record = 0; record < records.size; record++) {
    const serial = serialOfSoa({ type: records.type(record), rdata: records.rdata(record) });
    if (serial !== undefined) return serial;
  }
  return undefined;
}

/** Records by number: those of `before` that are not in `after`, and the reverse. TTLs count. */
function differenceOf(
  before: RecordPack,
  after: RecordPack,
): { readonly removed: readonly number[]; readonly added: readonly number[] } {
  // Records as texts: V8 hashes texts with a seed, so that nobody can make records that collide.
  const gone = new Set<string>();
  for (let record = 0; record < before.size; record++) gone.add(textOf(before, record));
  const added: number[] = [];
  for (let record = 0; record < after.size; record++) {
    if (!gone.delete(textOf(after, record))) added.push(record);
  }
  const removed: number[] = [];
  for (let record = 0; gone.size > 0 && record < before.size; record++) {
    if (gone.delete(textOf(before, record))) removed.push(record);
  }
  return { removed, added };
}

/** Adds records to a step, the SOA first, which is among them as its serial has changed. */
function addSoaFirst(step: RecordPack, from: RecordPack, records: readonly number[]): void {
  const isSoa = (record: number): boolean => from.type(record) === RRTYPE.SOA;
  for (const record of [...records.filter(isSoa), ...records.filter((one) => !isSoa(one))]) {
    const { owner, type, ttl, rdata } = from.at(record);
    step.add(owner, type, ttl, rdata);
  }
}

function textOf(pack: RecordPack, record: number): string {
  const { buffer, byteOffset, length } = pack.octetsOf(record);
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}
