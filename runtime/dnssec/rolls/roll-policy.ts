/** What an operator wants of the keys of a zone, as the engine of rolls reads it. Times are in seconds. */

/** First signing is a roll from no keys, and going unsigned one to no keys. */
export const ROLL_KINDS = ['sign', 'csk', 'ksk', 'zsk', 'algorithm', 'unsign'] as const;
export type RollKind = (typeof ROLL_KINDS)[number];

/** A combined key signs all sets, a KSK those of keys, a ZSK all others. */
export type KeyRole = 'csk' | 'ksk' | 'zsk';

/** What happens by itself; what does not waits for a command of the same name. */
export interface Switches {
  /** A roll begins when it is due. */
  readonly start: boolean;
  /** A change counts as seen when every server shows it. */
  readonly report: boolean;
  /** A step ends when caches hold nothing older. */
  readonly expire: boolean;
  /** What is left of the old keys goes. */
  readonly done: boolean;
}

export const AUTOMATIC: Switches = { start: true, report: true, expire: true, done: true };
export const MANUAL: Switches = { start: false, report: false, expire: false, done: false };

export interface RollPolicy {
  readonly goal: 'signed' | 'unsigned';
  /** Whether this server rolls; if not, it follows the times in the key files. */
  readonly rolls: boolean;
  /** `none` for a zone that nobody delegates: there is no DS to wait for. */
  readonly parent: 'asked' | 'none';
  readonly algorithm: number;
  readonly scheme: 'csk' | 'ksk-zsk';
  readonly switches: Readonly<Record<RollKind, Switches>>;
  /** The age at which a key is due to be replaced; a key without one is never due. */
  readonly lifetimes: Partial<Readonly<Record<KeyRole, number>>>;
  /** The TTL of DNSKEY, and the longest TTL of all other sets of the zone, that of denials included. */
  readonly ttl: { readonly keys: number; readonly zone: number };
  /** The longest time in which a parent that has read CDS shows their DS at all of its servers. */
  readonly parentDelay: number;
  /** Added to every wait for caches. */
  readonly margin: number;
  /** How long the files of an ended key are kept. */
  readonly purgeAfter: number;
  /** Keys of other signers, which are published beside ours (RFC 8901 §2.1.2). */
  readonly foreign: readonly ForeignKey[];
  /** Pauses between looks at the servers while a roll waits for them, and while none does. */
  readonly pauses: { readonly waiting: number; readonly idle: number };
  /** The clock may be ahead of what it should be by so much: while running, and at a start. */
  readonly clock: { readonly running: number; readonly start: number };
}

export interface ForeignKey {
  readonly tag: number;
  readonly algorithm: number;
  readonly flags: number;
  /** RDATA of the DNSKEY in base64. */
  readonly dnskey: string;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** A zone that looks after itself. */
export const DEFAULT_ROLL_POLICY: RollPolicy = {
  goal: 'signed',
  rolls: true,
  parent: 'asked',
  algorithm: 13,
  scheme: 'csk',
  switches: {
    sign: AUTOMATIC,
    csk: AUTOMATIC,
    ksk: AUTOMATIC,
    zsk: AUTOMATIC,
    // A new algorithm is nobody's routine.
    algorithm: { ...AUTOMATIC, start: false },
    unsign: AUTOMATIC,
  },
  lifetimes: { csk: 365 * DAY, ksk: 365 * DAY, zsk: 30 * DAY },
  ttl: { keys: HOUR, zone: DAY },
  parentDelay: DAY,
  margin: 5 * MINUTE,
  purgeAfter: 30 * DAY,
  foreign: [],
  pauses: { waiting: 5 * MINUTE, idle: HOUR },
  clock: { running: DAY, start: 60 * DAY },
};
