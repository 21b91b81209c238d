/** What servers of a zone and of its parent answer, as data. Times are seconds since 1970, TTLs seconds. */

export interface Observations {
  readonly zone: View<KeysSeen>;
  readonly parent: View<DelegationSeen>;
}

/** The latest answers of all servers, or why it is not known which servers there are. */
export interface View<T> {
  readonly servers: readonly ServerSeen<T>[];
  readonly problem?: string | undefined;
}

/** What one server answers at one of its addresses. */
export interface ServerSeen<T> extends ServerPlace {
  /** When it was asked. */
  readonly at: number;
  readonly seen: T | undefined;
  /** Why nothing is seen, in words. */
  readonly failed?: string | undefined;
}

export interface ServerPlace {
  /** The name without its final dot. */
  readonly server: string;
  readonly address: string;
}

export interface KeysSeen {
  readonly keys: readonly { readonly tag: number; readonly algorithm: number }[];
  readonly keysTtl: number;
  /** Tags of the keys with a signature of the DNSKEY set. */
  readonly keySigners: readonly number[];
  /** Tags of the keys with a signature of the SOA. */
  readonly soaSigners: readonly number[];
  readonly soaTtl: number;
}

export interface DelegationSeen {
  /** None: the server says that there is no DS. */
  readonly ds: readonly DsSeen[];
  readonly ttl: number;
}

export interface DsSeen {
  readonly tag: number;
  readonly algorithm: number;
  readonly digestType: number;
  /** In hex, lower case. */
  readonly digest: string;
}

export const NOTHING_SEEN: Observations = { zone: { servers: [] }, parent: { servers: [] } };

/** A DS as people write it. */
export function dsText({ tag, algorithm, digestType, digest }: DsSeen): string {
  return `${tag} ${algorithm} ${digestType} ${digest.toUpperCase()}`;
}
