/** What the row of a record type may say. */

export interface RecordType {
  readonly number: number;
  /** What its RDATA consists of, in order. */
  readonly fields?: readonly string[];
  /** It stands in messages, and nothing is stored under it. */
  readonly isPseudo?: true;
  /** A name has one record of it at most. */
  readonly isSingle?: true;
  /** It may stand beside a CNAME (RFC 4034 §2.5, RFC 2181 §10.1). */
  readonly isBesideCname?: true;
  /**
   * What policies may do with it, unless anything: `static only` says something about the zone or delegates a part of
   * it, and is the same for everyone; `server` is made by the server itself; `zone` comes from the zone file or the
   * configuration.
   */
  readonly policies?: 'static only' | 'server' | 'zone';
  /** Its text is mostly the digits of a key or a digest, which are read many at a time. */
  readonly isDigits?: true;
  /** It points to a name that the client will ask for next. */
  readonly target?: RdataTarget;
  /** Queries for it have a count of their own. */
  readonly isCounted?: true;
}

/** Where in RDATA a name stands, and what a client wants of it beside addresses. */
export interface RdataTarget {
  /** Octets in front of all else. */
  readonly before: number;
  /** Character-strings that follow them. */
  readonly strings?: number;
  /** A type. */
  readonly next?: number;
  /** Its two first octets are a priority: 0 makes an alias, and else the root stands for the owner (RFC 9460 §2.4 and §2.5). */
  readonly isService?: true;
  /** Glue helps to find it, too: it is a name server. */
  readonly isServer?: true;
}
