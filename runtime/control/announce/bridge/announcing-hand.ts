/** What carries out an order: BIRD's files and socket, or lines for ExaBGP. */
import type { Result } from '../../../base/result.ts';
import type { AnnounceOrder, HandName } from '../bridge-talk.ts';

export interface AnnouncingHand {
  readonly name: HandName;
  /** Resolves once the BGP speaker has taken it over, or with why it has not; what is so already is done again. */
  carryOut(order: AnnounceOrder): Promise<Result<void>>;
}
