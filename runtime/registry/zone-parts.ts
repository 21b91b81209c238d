/** What the files of a zone come to, and what that takes. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Accepted, PolicySettings, Trial, TrialSandbox } from '../trial/trial-ask.ts';
import type { PlaceColumns } from '../zone/place-table.ts';
import type { RecordPack } from '../zone/record-pack.ts';
import type { AuthoritySettings } from './assemble.ts';
import type { TransferredPart, TransferredZones } from './transferred.ts';

export interface RegistrySettings {
  readonly zone: AuthoritySettings;
  readonly policy: PolicySettings;
}

/** What the files of a zone come to. */
export interface ZoneParts {
  /** Relative to the folder: a change of any of these calls for another attempt. */
  readonly inputs: ReadonlySet<string>;
  /** Those of them that make the `.zone` part. */
  readonly recordInputs: readonly string[];
  readonly policy: PolicyPart | undefined;
  /** Records of the `.zone` file, as far as it could be read (zone/record-pack.ts). */
  readonly records: RecordPack;
  readonly places: PlaceColumns;
  /** They come from a primary, and not from a file. */
  readonly isTransferred?: boolean;
  /** Why they must not be served. */
  readonly withheld?: TransferredPart['withheld'];
  readonly diagnostics: readonly Diagnostic[];
}

/** A policy file that compiles, and how its trial went. */
export interface PolicyPart {
  readonly file: string;
  readonly script: string;
  readonly sourceMap: string;
  /** What it was compiled from: see {@link Proof}. Nothing where that is not known. */
  readonly sources?: Readonly<Record<string, string>>;
  /** Of the compiler. */
  readonly hasWarnings?: boolean;
  readonly trial: Trial;
}

export interface AttemptContext {
  readonly root: string;
  readonly settings: RegistrySettings;
  readonly sandbox: TrialSandbox;
  readonly transferred?: TransferredZones | undefined;
}

/** The manifest of a policy that loads. */
export function acceptedOf(policy: PolicyPart | undefined): Accepted | undefined {
  return policy === undefined || policy.trial.kind === 'refused' ? undefined : policy.trial.accepted;
}
