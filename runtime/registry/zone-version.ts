/**
 * One version of a zone: the record that goes through the registry, and gains on its way.
 *
 *     prepare.ts    files, or what was kept of them ──▶ a draft: the policy, compiled and tried; records; problems
 *     complete.ts   ──▶ a version: with the serial, and what answer processes are to be sent
 *     judge.ts      says whether it is served, or what else is
 *     live-zone.ts  serves it, shows it in the status, and keeps it on the disk (last-good.ts)
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { CompiledPolicy } from '../build/failure-place.ts';
import type { ZoneUpdate } from '../rpc/zone-update.ts';
import type { PolicySettings } from '../trial/policy-settings.ts';
import type { Accepted, Trial } from '../trial/trial-outcome.ts';
import type { PlaceColumns } from '../zone/place-table.ts';
import type { RecordPack } from '../zone/record-pack.ts';
import type { AuthoritySettings } from './authority-records.ts';
import type { TransferredPart } from './transferred.ts';
import type { Serial } from './zone-serial.ts';

export interface RegistrySettings {
  readonly zone: AuthoritySettings;
  readonly policy: PolicySettings;
}

/** A policy file that compiles, and how its trial went. */
export interface TriedPolicy extends CompiledPolicy {
  /** What it was compiled from: see {@link Proof}. Nothing where that is not known. */
  readonly sources?: Readonly<Record<string, string>>;
  /** The compiler had something to say. */
  readonly hasWarnings?: boolean;
  readonly trial: Trial;
}

/** The static records of a zone that are not its policy's. */
export interface StaticRecords {
  /** As far as they could be read (zone/record-pack.ts). */
  readonly records: RecordPack;
  /** Where in the files they were written. */
  readonly places: PlaceColumns;
  /** Hashes of the files they were read from. */
  readonly recordHashes: readonly string[];
  /** They come from a primary, and not from a file. */
  readonly isTransferred?: boolean;
  /** Why they must not be served. */
  readonly withheld?: TransferredPart['withheld'];
}

/** What the files of a zone come to, each part by itself. */
export interface VersionDraft extends StaticRecords {
  /** Lower case, no final dot. */
  readonly zone: string;
  /** Paths relative to the folder: a change of any of these files calls for another draft. */
  readonly inputs: ReadonlySet<string>;
  /** When the newest of these files was modified, in milliseconds since 1970; 0 where there are none. */
  readonly modifiedAt: number;
  readonly policy: TriedPolicy | undefined;
  readonly problems: readonly Diagnostic[];
}

/** The parts put together. */
export interface ZoneVersion extends VersionDraft {
  readonly serial: Serial;
  /** As answer processes are to have it. The name of the version is in it. */
  readonly update: ZoneUpdate;
  /** It was kept from before the start and is served, as the files are broken. */
  readonly notice?: Diagnostic;
}

/** The manifest of a policy that loads. */
export function acceptedOf(policy: TriedPolicy | undefined): Accepted | undefined {
  return policy === undefined || policy.trial.kind === 'refused' ? undefined : policy.trial.accepted;
}
