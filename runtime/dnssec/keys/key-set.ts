/** What a zone publishes, and signs with, at one time: the engine of rolls says it, and the zone follows. */

export interface KeySet {
  /** All DNSKEY records, also those of other signers of the zone (RFC 8901 §2.1.2). */
  readonly dnskeys: readonly PublishedKey[];
  /**
   * Keys that sign the zone and are not in DNSKEY: those of a new algorithm before it is published, and of an
   * old one until no cache holds its key (RFC 6781 §4.1.4).
   */
  readonly unpublished: readonly PublishedKey[];
  /** Tags of the keys whose CDS and CDNSKEY are published; `delete` asks for no DS at all (RFC 8078 §4). */
  readonly cds: 'none' | 'delete' | readonly number[];
}

/** Each set of records has one signature by each key that signs it; a combined key signs them all. */
export interface PublishedKey {
  readonly tag: number;
  /** RDATA of its DNSKEY. */
  readonly dnskey: Uint8Array;
  /** Whether it signs DNSKEY, CDS and CDNSKEY. */
  readonly signsKeys: boolean;
  /** Whether it signs all other sets. */
  readonly signsZone: boolean;
}
