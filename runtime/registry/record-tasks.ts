/**
 * Reading a zone's file, and putting the zone together, which takes long for a million records. A small
 * task is done here, a large one in a thread (record-task-thread.ts): control has health checks to do
 * meanwhile, and the memory of the task is free when the thread ends.
 */
import { hash } from 'node:crypto';
import path from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { FileState } from '../base/files/file-state.ts';
import { runInThread } from '../base/process/run-in-thread.ts';
import type { ManifestLimits } from '../limits/manifest-limits.ts';
import { type Merged, mergeDynamic, type Unserved } from '../update/merge.ts';
import type { WireName } from '../wire/name.ts';
import { recordToText } from '../wire/record.ts';
import { recordKey, recordTextKey } from '../wire/record-key.ts';
import { checkDraft } from '../zone/check.ts';
import type { HostFault, HostName } from '../zone/check-hosts.ts';
import { aliasProblems, type FileAlias } from '../zone/file-alias.ts';
import { loadZoneFile, readAgain } from '../zone/load.ts';
import { type PlaceColumns, PlaceTable } from '../zone/place-table.ts';
import { packedRecords, RecordPack } from '../zone/record-pack.ts';
import { draftZone } from '../zone/zone-draft.ts';
import { imageOf, type ZoneImage } from '../zone/zone-image.ts';
import { type AuthoritySettings, completeRecords } from './authority-records.ts';
import { judgeForeignSignatures } from './signed-elsewhere.ts';
import type { SignedZoneFacts, ZoneKeys } from './signed-zones.ts';
import {
  addKeyRecords,
  dnskeysIn,
  expireOf,
  factsOfZone,
  firstOfSigner,
  type Remaining,
  setSerial,
  signedElsewhere,
  withoutSignatures,
} from './signing-records.ts';
import { aliasesBeyond, recordsBeyond } from './teams/records-beyond.ts';

/** Read a master file. */
export interface ReadTask {
  readonly kind: 'read';
  readonly origin: WireName;
  readonly file: string;
  readonly root: string;
  /** What the records may be. Default: anything. */
  readonly limits?: readonly ManifestLimits[];
  /** Whether anybody can be asked for the targets of ALIAS records. Default: no. */
  readonly hasResolvers?: boolean | undefined;
}

/** Records as octets: see {@link RecordPack}. */
export interface ReadRecords {
  readonly records: Uint8Array<ArrayBuffer>;
  readonly places: PlaceColumns;
  readonly aliases: readonly FileAlias[];
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of the files that were read. */
  readonly files: readonly string[];
  /** What these files looked like. */
  readonly states: ReadonlyMap<string, FileState>;
}

/** Put a zone together. */
export interface AssembleTask {
  readonly kind: 'assemble';
  readonly origin: WireName;
  /** The records of the zone's file, the places where they were written, and the records of its policy. */
  readonly records: Uint8Array<ArrayBuffer>;
  readonly places: PlaceColumns;
  readonly ofPolicy: Uint8Array<ArrayBuffer>;
  readonly hosts: readonly HostName[];
  readonly settings: AuthoritySettings;
  readonly serial: number;
  /** Records that clients have added; absent where none ever did. */
  readonly dynamic?: Uint8Array<ArrayBuffer>;
  /** Absent where the zone is not to be signed. */
  readonly signing?:
    | { readonly resign: boolean; readonly isLeaving?: boolean; readonly keys: ZoneKeys | undefined }
    | undefined;
}

export interface AssembledRecords {
  readonly image: ZoneImage;
  /** SHA-256 of the image, in hexadecimal. */
  readonly hash: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly hostFaults: readonly HostFault[];
  /** Whether the zone comes with signatures, and is not to be signed here. */
  readonly isSignedElsewhere: boolean;
  /** When the first of these signatures end, in seconds since 1970. */
  readonly signaturesEnd?: number;
  /** SOA expire in seconds; `undefined` where there is no sound SOA. */
  readonly expire: number | undefined;
  /** Its dynamic records that make no difference, by key. */
  readonly unserved?: ReadonlyMap<string, Unserved>;
  /** The records that none of its files has, by recordTextKey (wire/record-key.ts). */
  readonly madeHere: readonly string[];
  /** Absent where the zone is not to be signed. */
  readonly facts?: SignedZoneFacts;
}

/** What is read without a thread, in some ten milliseconds. */
const LITTLE = { octets: 128 * 1024, records: 2000 };
/** Octets of records that are put together without a thread. */
const LITTLE_PACKED = 128 * 1024;

/** Reads a master file and what it includes. */
export function readRecords(task: ReadTask): Promise<ReadRecords> {
  const { read, isComplete } = readWithin(task, LITTLE);
  return isComplete ? Promise.resolve(read) : inThread(task);
}

/** In the place of a file: the "line" is the number of a record among those of the policy, from 0 on. No file is called so. */
export const OF_POLICY = '\0policy';

/** Puts a zone together, and finds what is wrong with it. */
export function assembleRecords(task: AssembleTask): Promise<AssembledRecords> {
  const octets = task.records.length + task.ofPolicy.length;
  return octets > LITTLE_PACKED ? inThread(task) : Promise.resolve(assembleNow(task));
}

/** Does a task; called by the thread. */
export function workNow(task: ReadTask | AssembleTask): ReadRecords | AssembledRecords {
  return task.kind === 'read' ? readWithin(task).read : assembleNow(task);
}

function readWithin(
  { origin, file, root, limits: ofTeam, hasResolvers = false }: ReadTask,
  limits?: typeof LITTLE,
): { read: ReadRecords; isComplete: boolean } {
  const loaded = loadZoneFile(file, { origin, root, ...(limits && { limits }), takesAliases: true });
  const { records, places, aliases, files, states, isOverLimit } = loaded;
  const diagnostics = [
    ...loaded.diagnostics,
    ...recordsBeyond(records, places, origin, ofTeam),
    ...aliasesBeyond(aliases, origin, ofTeam),
    ...aliasProblems(aliases, records, places, origin, hasResolvers),
  ];
  const read = {
    records: records.octets.slice(),
    places: places.columns,
    aliases,
    diagnostics,
    files,
    states,
  };
  return { read, isComplete: !isOverLimit };
}

function assembleNow(task: AssembleTask): AssembledRecords {
  const assembled = assembleWith(task);
  const isFaulty =
    assembled.hostFaults.length > 0 || assembled.diagnostics.some(({ severity }) => severity === 'error');
  // No record that a client adds keeps the files of a zone from going live.
  return isFaulty && task.dynamic !== undefined ? assembleWith(task, true) : assembled;
}

function assembleWith(task: AssembleTask, isWithoutDynamic = false): AssembledRecords {
  const { origin, hosts, signing } = task;
  const table = new PlaceTable(readAgain, task.places);
  const { records, indices, problems, isSignedElsewhere } = fromFiles(task, table);
  const ofFiles = records.size;
  records.addAll(task.ofPolicy);
  const stated = records.size;
  completeRecords(origin, records, task.settings, task.serial);
  const madeHere = keysFrom(records, stated);
  const merged = addDynamic(task, records, isWithoutDynamic);
  const dnskeys = signing === undefined ? [] : dnskeysIn(origin, records);
  if (signing?.keys !== undefined || task.dynamic !== undefined) setSerial(origin, records, task.serial);
  if (signing?.keys !== undefined) {
    const before = records.size;
    problems.push(...addKeyRecords(origin, records, signing.keys));
    madeHere.push(...keysFrom(records, before));
  }
  const names = hosts.map(({ name }) => name);
  const draft = draftZone(origin, records, names, { isSigned: signing !== undefined });
  // Records that did not come from the file have no place in it; which line a policy has them on, control finds out.
  const placeOf = (record: number) =>
    record >= ofFiles && record < stated
      ? { file: OF_POLICY, line: record - ofFiles, column: 0, source: '' }
      : table.at(indices === undefined ? record : (indices[record] ?? Infinity));
  const checked = checkDraft(draft, hosts, placeOf);
  const judged = isSignedElsewhere ? judgeForeignSignatures(draft, Math.floor(Date.now() / 1000)) : undefined;
  problems.push(...(judged?.problems ?? []));
  const image = imageOf(draft.tables);
  return {
    image,
    hash: hash('sha256', image, 'hex'),
    hostFaults: checked.hostFaults,
    diagnostics: [...problems, ...checked.diagnostics],
    isSignedElsewhere,
    madeHere,
    ...(judged?.end !== undefined && { signaturesEnd: judged.end }),
    expire: expireOf(origin, records),
    ...(merged && { unserved: merged.unserved }),
    ...(signing && { facts: factsOfZone(origin, records, dnskeys, task.settings) }),
  };
}

/** The keys of the records that were added last. */
function keysFrom(records: RecordPack, first: number): string[] {
  const keys: string[] = [];
  for (let record = first; record < records.size; record++)
    keys.push(recordTextKey(recordToText(records.at(record))));
  return keys;
}

/** Adds the dynamic records that go with the others. */
function addDynamic(
  { origin, hosts, dynamic }: AssembleTask,
  records: RecordPack,
  isWithout: boolean,
): Merged | undefined {
  if (dynamic === undefined) return undefined;
  const all = [...packedRecords(dynamic)];
  if (isWithout) return { served: [], unserved: new Map(all.map((one) => [recordKey(one), 'hidden'])) };
  const merged = mergeDynamic(origin, records, hosts, all);
  for (const { owner, type, ttl, rdata } of merged.served) records.add(owner, type, ttl, rdata);
  return merged;
}

/** The records of the zone's file: those that can be signed here, or all that were signed elsewhere. */
function fromFiles(
  { records: octets, signing }: AssembleTask,
  table: PlaceTable,
): Remaining & Pick<AssembledRecords, 'isSignedElsewhere'> & { readonly problems: Diagnostic[] } {
  const records = new RecordPack();
  records.addAll(octets);
  if (signing?.resign) return { ...withoutSignatures(records), problems: [], isSignedElsewhere: false };
  const first = firstOfSigner(records);
  const isSignedElsewhere = first !== undefined && signing === undefined;
  const problems =
    signing === undefined || first === undefined
      ? []
      : [signedElsewhere(records, first, table.at(first), signing.isLeaving)];
  return { records, problems, isSignedElsewhere };
}

const ENTRY = new URL(`record-task-thread${path.extname(import.meta.url)}`, import.meta.url);

/** The last task in a thread. Tasks run one at a time: each may take half a gigabyte. */
let last: Promise<unknown> = Promise.resolve();

function inThread(task: ReadTask): Promise<ReadRecords>;
function inThread(task: AssembleTask): Promise<AssembledRecords>;
function inThread(task: ReadTask | AssembleTask): Promise<unknown> {
  const turn = last.then(() => runInThread(ENTRY, task, 'A thread for zones'));
  last = turn.catch(() => {});
  return turn;
}
