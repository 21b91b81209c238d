/** What is known of a delegation: as the zone's own files have it, as the parent has it, as each name server answers. */
import type { NoReply } from '../client/reply.ts';

/**
 * Name servers, and the addresses that come with them. Names are in lower case with their final dot, addresses
 * in the form of RFC 5952, so that texts can be compared.
 */
export type NameServers = ReadonlyMap<string, readonly string[]>;

export interface DelegationViews {
  /** Lower case, with its final dot, as all names here. */
  readonly zone: string;
  /** What the zone's files and the settings say; nothing where this machine does not hold the zone. */
  readonly ours: NameServers | undefined;
  readonly parent: ParentView;
  readonly servers: readonly ServerView[];
  /** Name servers without an address to ask, and why. */
  readonly unresolved: ReadonlyMap<string, Unresolved>;
}

export type Unresolved =
  /** Nobody could be asked, for that reason. */
  | { readonly kind: 'unknown'; readonly why: string }
  /** There is none. */
  | { readonly kind: 'none' }
  /** The name is inside the zone, so that only glue has its address (RFC 1034 §4.2.1). */
  | { readonly kind: 'no glue' };

export type ParentView =
  | { readonly kind: 'unknown'; readonly why: string }
  | {
      readonly kind: 'asked';
      readonly zone: string;
      /** Of the servers that answered; there is at least one. */
      readonly answers: readonly ParentAnswer[];
    };

export interface ParentAnswer {
  /** Its name and address. */
  readonly server: string;
  /** Nothing where the zone is not delegated. */
  readonly nameServers: NameServers | undefined;
  readonly hasDs: boolean;
  /** It serves the zone itself, and so answers with the zone's records, not with the parent's. */
  readonly isChildToo: boolean;
}

/** A name server at one of its addresses. */
export interface ServerView {
  readonly name: string;
  readonly address: string;
  readonly udp: Contact;
  readonly tcp: Contact;
  /** Whether an OPT record was answered with one; `silent` if only queries without are answered at all. */
  readonly edns: 'answered' | 'ignored' | 'silent';
  /** RA is set. */
  readonly offersRecursion: boolean;
  /** Of its SOA, where it answers with authority. */
  readonly serial: number | undefined;
  /** Its NS RRset, and of the servers inside the zone their A and AAAA. */
  readonly nameServers: NameServers | undefined;
  /** Whether there is a DNSKEY; `undefined` where no DS calls for one. */
  readonly isSigned: boolean | undefined;
}

export type Contact =
  | { readonly kind: 'authoritative' }
  /** It answers, and not for this zone: the response code, or that AA is missing. */
  | { readonly kind: 'lame'; readonly how: string }
  | NoReply;
