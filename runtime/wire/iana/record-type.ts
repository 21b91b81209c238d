/** The properties of a record type, as its row states them. */

export interface RecordType {
  readonly number: number;
  /** Fields of its RDATA, in order. */
  readonly fields?: readonly string[];
  /** The type appears in messages only; zones have no records of it. */
  readonly isPseudo?: true;
  /** A name has one record of the type at most. */
  readonly isSingle?: true;
  /** Records of the type may stand beside a CNAME (RFC 4034 §2.5, RFC 2181 §10.1). */
  readonly isBesideCname?: true;
  /**
   * Limits what policies may do with the type: a record that is `static only` describes the zone or delegates
   * a part of it, and is the same for all clients; the server itself makes `server` records; `zone` records
   * come from the zone file or the configuration.
   */
  readonly policies?: 'static only' | 'server' | 'zone';
  /** The text is mostly the digits of a key or a digest, which the server reads many at a time. */
  readonly isDigits?: true;
  /** A record of the type points to a name that the client will query next. */
  readonly target?: RdataTarget;
  /** Queries for the type have a counter of their own. */
  readonly isCounted?: true;
}

/** Where the target name stands in RDATA, and what else than addresses a client queries there. */
export interface RdataTarget {
  /** Octets at the beginning of RDATA. */
  readonly before: number;
  /** Number of character-strings after these octets; the name follows. */
  readonly strings?: number;
  /** A type that clients query at the target. */
  readonly next?: number;
  /**
   * The first two octets are a priority: 0 makes an alias, else the root stands for the owner (RFC 9460 §2.4,
   * §2.5).
   */
  readonly isService?: true;
  /** The target is a name server, so glue has its addresses too. */
  readonly isServer?: true;
}
