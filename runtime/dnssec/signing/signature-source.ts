/** What has the signatures of RRsets: a ZoneSigner makes them, a zone that was signed elsewhere came with them. */
export interface SignatureSource {
  /**
   * RRSIG RDATAs of an RRset; whoever keeps them for long copies them. `owner[0..length)` is in lower case, and the
   * wildcard where a wildcard stands in; `ttl` is the original TTL. None: the set is not signed. `undefined`: there is no
   * time to sign it, which only happens where `mayPutOff`.
   */
  signatures(
    owner: Uint8Array,
    length: number,
    type: number,
    ttl: number,
    rdatas: readonly Uint8Array[],
    mayPutOff: boolean,
  ): readonly Uint8Array[] | undefined;
}
