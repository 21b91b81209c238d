/**
 * Bounds how many records all zones of a process together keep as objects (set-octets.ts): each zone has a
 * limit of its own, but a team may have hundreds of zones, and a client may query all records of all of them.
 */

/** Records kept as objects, in all zones together; each takes some 130 octets. */
export const MAX_MADE_IN_ALL = 2 ** 20;

/** A zone's reader, which keeps records as objects. */
interface Keeper {
  giveUp(): void;
}

export interface Share {
  /** How many records the keeper keeps. */
  records: number;
  readonly keeper: WeakRef<Keeper>;
}

/**
 * Shares of keepers with records, the longest idle first. The share of a replaced zone goes with its memory.
 */
const shares = new Set<Share>();
const gone = new FinalizationRegistry<Share>((share) => leave(share));
let records = 0;

export function memoryShareOf(keeper: Keeper): Share {
  const share = { records: 0, keeper: new WeakRef(keeper) };
  gone.register(keeper, share);
  return share;
}

/** Notes that a keeper keeps more records, or fewer. Past the limit the idlest keepers give up theirs. */
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
