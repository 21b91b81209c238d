/** Servers that questions are asked of. */

/** Another server, and the key it is spoken to with. */
export interface Peer {
  readonly address: string;
  readonly port: number;
  readonly key?: string;
}
