/**
 * How many records are kept as objects, in all zones of a process together (set-octets.ts): a team may have hundreds of
 * zones, and whoever asks for all there is in them would have each keep as much as a single one may.
 */

/** At some 130 octets each. */
export const MAX_MADE_IN_ALL = 2 ** 20;

/** Who keeps records. */
interface Keeper {
  giveUp(): void;
}

export interface Share {
  /** Records it keeps. */
  records: number;
  readonly keeper: WeakRef<Keeper>;
}

/** Those who keep some, the longest first that have made none since; zones that are replaced leave by themselves. */
const shares = new Set<Share>();
const gone = new FinalizationRegistry<Share>((share) => leave(share));
let records = 0;

export function memoryShareOf(keeper: Keeper): Share {
  const share = { records: 0, keeper: new WeakRef(keeper) };
  gone.register(keeper, share);
  return share;
}

/** It has so many more, or fewer. Where that is too many for all, others give up theirs. */
export function note(share: Share, more: number): void {
  share.records += more;
  records += more;
  shares.delete(share);
  shares.add(share);
  for (const idlest of shares) {
    if (records <= MAX_MADE_IN_ALL || idlest === share) return;
    leave(idlest);
    idlest.keeper.deref()?.giveUp();
  }
}

function leave(share: Share): void {
  shares.delete(share);
  records -= share.records;
  share.records = 0;
}
