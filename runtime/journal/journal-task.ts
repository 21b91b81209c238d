/**
 * Brings the file of a zone's journal up to date with the version that is served. A small zone takes some
 * milliseconds of the caller's thread (signatures are made in slices), a large one a thread of its own (journal-thread.ts).
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { assert } from '../base/assert.ts';
import { fileProblemText, readRegularFile } from '../base/files/read-file.ts';
import { makeFolders, replaceFile, syncFolder } from '../base/files/replace-file.ts';
import { runInThread } from '../base/process/run-in-thread.ts';
import { systemErrorCode, systemErrorText } from '../base/system-error.ts';
import { openSigningKey } from '../dnssec/keys/signing-key.ts';
import { signedImage, type WholeSigning } from '../dnssec/signing/whole-zone.ts';
import { originOf } from '../zone/origin.ts';
import { RecordPack } from '../zone/record-pack.ts';
import { openZone } from '../zone/zone.ts';
import { tablesIn, type ZoneImage } from '../zone/zone-image.ts';
import { ZoneIndex } from '../zone/zone-index.ts';
import { historyOctets } from './history.ts';
import { type Journal, nextJournal } from './journal.ts';
import { decodeJournal, encodeJournal } from './journal-file.ts';

export interface JournalTask {
  readonly zone: string;
  /** The image of the zone's version (zone/zone-image.ts), or the file that holds it. */
  readonly image: Uint8Array<ArrayBuffer> | string;
  /** The file of the journal. */
  readonly file: string;
  /** Octets that the steps may take. */
  readonly mostOctets: number;
  /** Serials of versions that were served since the last task, other than this one. */
  readonly passedOver: readonly number[];
  /** How to sign the version; absent where the image is all that is transferred. */
  readonly signing?: TaskSigning | undefined;
}

/** Seconds since 1970; RDATA of DNSKEY and keys in PKCS #8, in base64. */
export interface TaskSigning extends Pick<WholeSigning, 'rules' | 'at'> {
  readonly keys: readonly {
    readonly dnskey: string;
    readonly pkcs8: string;
    readonly signsKeys: boolean;
    readonly signsZone: boolean;
  }[];
}

export interface JournalOutcome {
  /** The steps that lead to the version (history.ts); none if it is not known what led there. */
  readonly history: Uint8Array<ArrayBuffer>;
  /** The image of the version with its signatures. */
  readonly signed?: ZoneImage;
  /** What is wrong with the file that was there; it was replaced. */
  readonly corrupt?: string;
  /** The code of the system's error with which the journal could not be written. */
  readonly unwritten?: string;
}

/** Brings the journal up to date; `undefined` if the image is gone, as another version has taken its place. */
export function keepJournal(task: JournalTask): Promise<JournalOutcome | undefined> {
  return typeof task.image === 'string'
    ? runInThread<JournalOutcome | undefined>(ENTRY, task, 'The thread for a journal')
    : keepJournalHere(task);
}

/** The same, in this thread. */
export async function keepJournalHere(task: JournalTask): Promise<JournalOutcome | undefined> {
  const { zone, file, mostOctets, passedOver, signing } = task;
  const image = await imageIn(task);
  if (image === undefined) return undefined;
  const read = await readJournal(file, zone);
  const signed = signing && (await signWhole(zone, image, signing, read.journal?.records));
  const records = recordsOf(zone, signed ?? image);
  const journal = nextJournal(read.journal, records, mostOctets, passedOver);
  const history = historyOctets(journal?.steps ?? []);
  const isWritten = journal === undefined || journal === read.journal;
  const unwritten = isWritten ? undefined : await writeJournal(file, zone, journal);
  return {
    history,
    ...(signed && { signed }),
    ...(read.corrupt !== undefined && { corrupt: read.corrupt }),
    ...(unwritten !== undefined && { unwritten }),
  };
}

/** The most octets of an image or a journal that is read. */
const MOST_OCTETS = 2 ** 30;

function imageIn({ image }: JournalTask): Promise<ZoneImage | undefined> {
  return typeof image === 'string' ? readImage(image) : Promise.resolve(image);
}

function recordsOf(zone: string, image: ZoneImage): RecordPack {
  return RecordPack.of(new ZoneIndex(originOf(zone), tablesIn(image)).records());
}

function signWhole(
  zone: string,
  image: ZoneImage,
  { keys, rules, at }: TaskSigning,
  before: RecordPack | undefined,
): Promise<ZoneImage> {
  const opened = keys.map(({ dnskey, pkcs8, signsKeys, signsZone }) => {
    const key = openSigningKey(Buffer.from(dnskey, 'base64'), Buffer.from(pkcs8, 'base64'));
    assert(key.ok, 'Control has opened its keys before');
    return { key: key.value, signsKeys, signsZone };
  });
  const whole = openZone(originOf(zone), tablesIn(image), undefined);
  return signedImage(whole, { keys: opened, rules, at }, before);
}

async function readImage(file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const read = await readRegularFile(file, { mostOctets: MOST_OCTETS });
  if (!read.ok || read.value.octets.length < read.value.stats.size) return undefined;
  return new Uint8Array(read.value.octets.buffer, 0, read.value.octets.length);
}

async function readJournal(
  file: string,
  zone: string,
): Promise<{ readonly journal?: Journal; readonly corrupt?: string }> {
  const read = await readRegularFile(file, { mostOctets: MOST_OCTETS });
  if (!read.ok) return read.problem.kind === 'absent' ? {} : { corrupt: fileProblemText(read.problem) };
  const journal = decodeJournal(read.value.octets, zone);
  return journal.ok ? { journal: journal.value } : { corrupt: journal.problem };
}

/**
 * Returns why it cannot be written. The file that was there then goes: what was served meanwhile would be
 * unknown to it.
 */
async function writeJournal(file: string, zone: string, journal: Journal): Promise<string | undefined> {
  try {
    await makeFolders(path.dirname(file));
    await replaceFile(file, encodeJournal(zone, journal));
    await syncFolder(path.dirname(file));
    return undefined;
  } catch (error) {
    await rm(file, { force: true }).catch(() => {});
    return systemErrorCode(error) ?? systemErrorText(error);
  }
}

const ENTRY = new URL(`journal-thread${path.extname(import.meta.url)}`, import.meta.url);
