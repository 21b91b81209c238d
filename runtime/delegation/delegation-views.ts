/** Views of a delegation: from the zone's own files, from the parent, and from each name server. */
import type { NoReply } from '../client/reply.ts';
import type { ChainView, DsView } from './chain-views.ts';

/**
 * Names of name servers → the addresses that come with them. Names are in lower case with their final dot,
 * addresses in the form of RFC 5952, so that texts can be compared.
 */
export type NameServers = ReadonlyMap<string, readonly string[]>;

export interface DelegationViews {
  /** Lower case, with the final dot, like all names here. */
  readonly zone: string;
  /** The name servers from the zone's files and the settings; `undefined` without a file of the zone. */
  readonly ours: NameServers | undefined;
  readonly parent: ParentView;
  readonly servers: readonly ServerView[];
  /** Name servers without an address to ask → why. */
  readonly unresolved: ReadonlyMap<string, Unresolved>;
}

export type Unresolved =
  /** The address could not be looked up, for this reason. */
  | { readonly kind: 'unknown'; readonly why: string }
  /** The name has no address. */
  | { readonly kind: 'none' }
  /** The name is inside the zone, so that only glue has its address (RFC 1034 §4.2.1). */
  | { readonly kind: 'no glue' };

export type ParentView =
  | { readonly kind: 'unknown'; readonly why: string }
  | {
      readonly kind: 'asked';
      readonly zone: string;
      /** Answers of the parent's servers; there is at least one. */
      readonly answers: readonly ParentAnswer[];
    };

export interface ParentAnswer {
  /** Name and address of the parent's server. */
  readonly server: string;
  /** The name servers at the parent; `undefined` if the zone is not delegated. */
  readonly nameServers: NameServers | undefined;
  readonly ds: DsView;
  /** Whether the server serves the zone as well, and so answers with the zone's records, not the parent's. */
  readonly isChildToo: boolean;
}

/** What one name server answers at one of its addresses. */
export interface ServerView {
  readonly name: string;
  readonly address: string;
  readonly udp: Contact;
  readonly tcp: Contact;
  /** Whether the server answers an OPT record with one; `silent` if it only answers queries without. */
  readonly edns: 'answered' | 'ignored' | 'silent';
  /** Whether the server offers recursion (RA is set). */
  readonly offersRecursion: boolean;
  /** The serial of the server's SOA, if it answers with authority. */
  readonly serial: number | undefined;
  /** The server's NS RRset, with A and AAAA of the name servers inside the zone. */
  readonly nameServers: NameServers | undefined;
  /** Its keys and signatures; `undefined` if it does not serve the zone, or does not answer for them. */
  readonly chain: ChainView | undefined;
}

export type Contact =
  | { readonly kind: 'authoritative' }
  /** The server answers, but not for this zone; `how` is the response code, or says that AA is missing. */
  | { readonly kind: 'lame'; readonly how: string }
  | NoReply;
