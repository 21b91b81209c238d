/** An address of a pool as other programs are to use it. */

export interface Upstream {
  readonly address: string;
  /** As probes say, or what operators say in their place. One that was not probed yet counts as up. */
  readonly isUp: boolean;
  /** What a drain has left of it, from 0 to 1: 0 is out, even where nothing else is left. */
  readonly share: number;
}

/** A pool by its name, `shop.example/eu`, with its addresses in its own order. */
export interface UpstreamPool {
  readonly pool: string;
  readonly upstreams: readonly Upstream[];
}
