/**
 * One version of a zone: the record that goes through the registry, and gains fields on its way.
 *
 *     prepare.ts    files, or the kept version ──▶ a draft: the policy, compiled and tried; records; problems
 *     complete.ts   ──▶ a version: with the serial, and the update for answer processes
 *     judge.ts      says whether it is served, or which version else
 *     live-zone.ts  serves it, shows it in the status, and keeps it on the disk (last-good.ts)
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { FileState } from '../base/files/file-state.ts';
import type { CountedPiece } from '../build/counted-script.ts';
import type { CompiledPolicy } from '../build/failure-place.ts';
import type { PolicyUpdate, ZoneUpdate } from '../rpc/zone-update.ts';
import type { PolicySettings } from '../trial/policy-settings.ts';
import type { Accepted, Trial } from '../trial/trial-outcome.ts';
import type { DynamicPart } from '../update/dynamic-part.ts';
import type { Unserved } from '../update/merge.ts';
import type { PlaceColumns } from '../zone/place-table.ts';
import type { RecordPack } from '../zone/record-pack.ts';
import type { AuthoritySettings } from './authority-records.ts';
import type { DraftSigning, SignedZoneFacts, SigningSettings } from './signed-zones.ts';
import type { TeamFolders } from './teams/team-folders.ts';
import type { Serial } from './zone-serial.ts';

export interface RegistrySettings {
  readonly zone: AuthoritySettings;
  readonly policy: PolicySettings;
  /** What folders of policies may use, beside their manifests. Default: all. */
  readonly teams?: TeamFolders;
  /** Absent where no zone is to be signed. */
  readonly signing?: SigningSettings;
  /** Whether the records of a set are answered in another order each time. Default: never. */
  readonly isCyclic?: (zone: string) => boolean;
  /** Whether the settings name whom to ask for the targets of ALIAS records. Default: no. */
  readonly hasResolvers?: boolean;
  /** Whether a zone has secondaries: may be transferred, or is told of by NOTIFY. Default: none has. */
  readonly hasSecondaries?: (zone: string) => boolean;
}

/** A policy that compiles, and the outcome of its trial. */
export interface TriedPolicy extends CompiledPolicy {
  /** The files it was compiled from: see {@link TrialProof}; `undefined` where they are not known. */
  readonly sources?: Readonly<Record<string, string>>;
  /** Whether the compiler had warnings. */
  readonly hasWarnings?: boolean;
  /** What its script counts, where that was asked for. */
  readonly pieces?: readonly CountedPiece[];
  readonly trial: Trial;
  /** What became of it at an earlier start (proof.ts). */
  readonly completed?: CompletedVersion | undefined;
}

/** What became of a policy without records beside it: the version as it was sent. */
export interface CompletedVersion {
  /** All that the version depends on, apart from the policy. */
  readonly by: string;
  /** Octets are base64; the script and its lists stand elsewhere. */
  readonly update: KeptUpdate;
  readonly madeHere: readonly string[];
}

export type KeptUpdate = Omit<ZoneUpdate, 'image' | 'policy'> & {
  readonly image: string;
  readonly policy: Omit<PolicyUpdate, 'script' | 'lists' | 'manifest'> & { readonly manifest: string };
};

/** The static records of a zone, without those of its policy. */
export interface StaticRecords {
  /** The records, as far as they could be read (zone/record-pack.ts). */
  readonly records: RecordPack;
  /** Where in the files the records were written. */
  readonly places: PlaceColumns;
  /** Hashes of the files that the records were read from, as they were then. */
  readonly recordHashes: readonly string[];
  /** The files that the records were read from, by their shown paths, as they were then. */
  readonly states?: ReadonlyMap<string, FileState>;
  /** Records beside these, which no file states. */
  readonly dynamic?: DynamicPart | undefined;
  /** Whether the records come from a primary, and not from a file. */
  readonly isTransferred?: boolean;
  /** Why the records must not be served. */
  readonly withheld?: ZoneUpdate['withheld'];
}

/** The parts that the files of a zone yield, each by itself. */
export interface VersionDraft extends StaticRecords {
  /** Lower case, no final dot. */
  readonly zone: string;
  /** Paths relative to the folder: a change of any of these files calls for another draft. */
  readonly inputs: ReadonlySet<string>;
  /** The files of the policy, by their shown paths, with the stamps (base/files/file-state.ts) that the scan has seen. */
  readonly sources?: ReadonlyMap<string, string>;
  /** Those that were not as the scan of the folder had seen them. */
  readonly misread?: ReadonlySet<string>;
  /** When the newest of these files was modified, in milliseconds since 1970; 0 where there are none. */
  readonly modifiedAt: number;
  readonly policy: TriedPolicy | undefined;
  readonly problems: readonly Diagnostic[];
}

/** A draft whose parts are put together. */
export interface ZoneVersion extends VersionDraft {
  /** Absent where the zone is not to be signed. */
  readonly signing?: DraftSigning | undefined;
  /** Of its static records, where the zone is to be signed. */
  readonly facts?: SignedZoneFacts;
  /** Its dynamic records that make no difference, by key. */
  readonly unserved?: ReadonlyMap<string, Unserved> | undefined;
  /** The records that are in none of its files, by recordTextKey (wire/record-key.ts): SOA, NS and keys. */
  readonly madeHere?: readonly string[] | undefined;
  readonly serial: Serial;
  /** The version as answer processes get it, with its name. */
  readonly update: ZoneUpdate;
  /** Says that this is a kept version, which is served as the files are broken. */
  readonly notice?: Diagnostic;
}

/** The manifest of a policy that loads. */
export function acceptedOf(policy: TriedPolicy | undefined): Accepted | undefined {
  return policy === undefined || policy.trial.kind === 'refused' ? undefined : policy.trial.accepted;
}
