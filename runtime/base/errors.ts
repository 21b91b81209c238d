/**
 * The catalogue of problems: a code for each, and who must act. Codes are stable, for scripts; messages are
 * for people and may change.
 */

/** Who can mend a problem: the author of a policy, the operator of the server, or dnsteer's developers. */
export type Actor = 'author' | 'operator' | 'developer';

export const PROBLEMS = {
  /** The file does not parse, or esbuild finds a name it cannot resolve. */
  POLICY_SYNTAX: 'author',
  /** An import leaves the policies folder, names a package, or needs a loader that does not exist. */
  POLICY_IMPORT: 'author',
  /** TypeScript finds a type error (only `check` looks). */
  POLICY_TYPE: 'author',
  /** The top level throws, takes too long or takes too much memory. */
  POLICY_LOAD: 'author',
  /** The default export is no policy, or a part of it is not of the type in types/policy.d.ts. */
  POLICY_MANIFEST: 'author',
  /** A handler fails for a sample client. */
  POLICY_SAMPLE: 'author',
  /** A policy compares a fact with a code that there is not (only `check` looks). */
  POLICY_COMPARISON: 'author',
  /** A branch of a policy is taken in none of its cases (only `check` looks). */
  POLICY_UNREACHABLE: 'author',
  /** A policy is not a function of the facts it reads: the same facts lead to another answer. */
  POLICY_IMPURE: 'author',
  /** The files of a zone are broken, and its last good version is served from the state folder. */
  POLICY_LAST_GOOD: 'author',
  /** The file name is no domain name, or another file serves the zone already. */
  POLICY_ZONE: 'author',
  /** A policy, or its zone, is beyond what a manifest of its folder allows. */
  POLICY_TEAM: 'author',
  /** A record of a zone file is beyond what a manifest of its folder allows. */
  ZONE_TEAM: 'author',
  /** The manifest of a team does not parse, or a part of it is not of its type. */
  TEAM_MANIFEST: 'operator',
  /** A master file does not parse or breaks a rule of DNS. */
  ZONE_FILE: 'author',
  /** A handler in a signed zone answers a type that nobody declares. */
  POLICY_TYPES: 'author',
  /** A zone that is to be signed here has signatures already. */
  DNSSEC_SIGNED: 'operator',
  /** A zone that was signed elsewhere lacks some of its signatures, keys or proofs. */
  DNSSEC_UNSOUND: 'operator',
  /** Signatures of a zone that was signed elsewhere have ended. */
  DNSSEC_EXPIRED: 'operator',
  /** The NSEC3 records of a zone cost too many hashes. */
  DNSSEC_ITERATIONS: 'operator',
  /** A key of another signer cannot stand beside those of this server. */
  DNSSEC_FOREIGN_KEY: 'operator',
  /** Signatures would end before secondaries give a zone up. */
  DNSSEC_VALIDITY: 'operator',
  /** The state of rolls cannot be read or written, or the clock contradicts it. */
  DNSSEC_STATE: 'operator',
  /** A command does not fit the state of the keys of a zone. */
  DNSSEC_ROLL: 'operator',
  /** A zone is to be signed, and there is no key to sign it with. */
  DNSSEC_KEYS: 'operator',
  /** A file of a key does not parse, is cut off, or is not what its name says. */
  KEY_FILE: 'operator',
  /** The halves of a key do not belong together, or one of them is not there. */
  KEY_PAIR: 'operator',
  /** Two keys of a zone are the same, or can be taken for each other by their key tags. */
  KEY_CLASH: 'operator',
  /** The algorithm of a key is one that dnsteer does not sign with. */
  KEY_ALGORITHM: 'operator',
  /** Others than the user who runs dnsteer may read a private key. */
  KEY_PERMISSIONS: 'operator',
  /** The folder of keys cannot be read or written. */
  KEY_FOLDER: 'operator',
  /** The journal of a zone is damaged or cannot be written; secondaries get the whole zone instead. */
  ZONE_JOURNAL: 'operator',
  /** Dynamic records cannot be read or written: updates are refused until they can. */
  DYNAMIC_STATE: 'operator',
  /** An override in the state folder cannot be read, and is not in force. */
  OVERRIDE_STATE: 'operator',
  /** The file of windows of maintenance cannot be understood; the windows before stay in force. */
  MAINTENANCE_FILE: 'operator',
  /** No primary gives a zone that the operator asked for. */
  TRANSFER: 'operator',
  /** The zone to transfer is no secondary zone. */
  NOT_SECONDARY: 'operator',
  /** The configuration does not parse, or a value is not allowed. */
  CONFIG: 'operator',
  /** Certificate and key of TLS cannot be used; those before them are used on. */
  TLS_FILE: 'operator',
  /** A file of geo data cannot be used; what was in it before is used on. */
  GEO_FILE: 'operator',
  /** Something in the state folder cannot be written; the server goes on without, and tries again. */
  STATE_UNWRITTEN: 'operator',
  /** The server cannot listen on an address, or cannot read the policies folder. */
  START: 'operator',
  /** What is to be imported is not understood. */
  IMPORT: 'operator',
  /** The command line is not understood. */
  USAGE: 'operator',
} as const satisfies Record<string, Actor>;

export type ProblemCode = keyof typeof PROBLEMS;

/** A problem that ends an operation; its text stands alone. */
export class DnsteerError extends Error {
  readonly code: ProblemCode;
  readonly actor: Actor;

  constructor(code: ProblemCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DnsteerError';
    this.code = code;
    this.actor = PROBLEMS[code];
  }
}
