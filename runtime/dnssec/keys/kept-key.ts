/** Keys that are kept in files, and what can be wrong with them. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { WireName } from '../../wire/name.ts';
import type { KeyTimes } from './key-times.ts';
import type { SigningKey } from './signing-key.ts';
import type { KeyRoles, StateFile } from './state-file.ts';

/** A key as its files have it. */
export interface KeptKey {
  /** In lower case, without the final dot; `.` for the root. */
  readonly zone: string;
  /** The name of its files without their endings. */
  readonly name: string;
  /** The zone in wire form, in lower case. */
  readonly owner: WireName;
  readonly key: SigningKey;
  readonly times: KeyTimes;
  /** The TTL in its `.key` file. */
  readonly ttl: number | undefined;
  /** What its `.state` file says. */
  readonly state: StateFile | undefined;
  /** A hash of its files, which changes whenever they do. */
  readonly digest: string;
  /** Inodes, sizes and times of its files: as long as they are these, so is the key. Absent for young files. */
  readonly stamp?: string;
}

/** A key of a folder, with the roles that it has beside the other keys of its zone. */
export interface FolderKey extends KeptKey, KeyRoles {}

export interface KeyProblem extends Diagnostic {
  /** The zone whose key cannot be used, where the name of the file tells it. */
  readonly zone?: string;
  /** The name of the key's files without their endings. */
  readonly name?: string;
}

/** The role of a key: what it signs. */
export function keyRole({ isKsk, isZsk }: KeyRoles): 'csk' | 'ksk' | 'zsk' {
  return isKsk && isZsk ? 'csk' : isKsk ? 'ksk' : 'zsk';
}
