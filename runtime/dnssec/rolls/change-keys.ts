/** How the steps of a roll change the times of keys. */
import { hasDs } from './key-set-of.ts';
import type { KeyState, Roll, RollTimes } from './roll-state.ts';
import type { Stage } from './stages.ts';

/** The keys as they are from the beginning of a stage. Applying a stage once more changes nothing. */
export function enterStage(keys: readonly KeyState[], roll: Roll, stage: Stage, now: number): KeyState[] {
  return keys.map((key) => {
    const isNew = roll.newTags.includes(key.tag);
    const isOld = roll.oldTags.includes(key.tag);
    let { times } = key;
    if (isNew && stage.fresh !== undefined) times = freshTimes(times, stage.fresh, now);
    if (isOld && stage.old === 'published') times = { ...times, inactive: times.inactive ?? now };
    if (isOld && stage.old === 'signing') times = { ...times, delete: times.delete ?? now };
    if (hasDs(key)) times = askFor(times, stage.cds, { isNew, isLeaving: roll.kind === 'unsign' }, now);
    return { ...key, times };
  });
}

/** The keys when the parent shows the DS that was asked for: nothing is asked for any more. */
export function withdrawCds(keys: readonly KeyState[], now: number): KeyState[] {
  return keys.map((key) => {
    const { syncPublish, syncDelete } = key.times;
    if (syncPublish === undefined || syncDelete !== undefined) return key;
    return { ...key, times: { ...key.times, syncDelete: now } };
  });
}

/** The keys after a roll: the old ones neither sign nor stand in DNSKEY. */
export function endOld(keys: readonly KeyState[], roll: Roll, now: number): KeyState[] {
  return keys.map((key) => {
    if (!roll.oldTags.includes(key.tag)) return key;
    const { inactive = now, delete: deleted = now } = key.times;
    return { ...key, times: { ...key.times, inactive, delete: deleted } };
  });
}

function freshTimes(times: RollTimes, fresh: NonNullable<Stage['fresh']>, now: number): RollTimes {
  const isPublished = times.publish !== undefined && times.publish <= now;
  const publish = isPublished ? times.publish : fresh === 'signing' ? NOT_YET : now;
  const activate = fresh === 'published' ? times.activate : (times.activate ?? now);
  return { ...times, publish, activate };
}

/** The 22nd century: when a key that signs is published is not known before it is. */
export const NOT_YET = 4_102_444_800;

function askFor(
  times: RollTimes,
  cds: Stage['cds'],
  { isNew, isLeaving }: { isNew: boolean; isLeaving: boolean },
  now: number,
): RollTimes {
  if (cds === 'new' && isNew) {
    const isAsked = times.syncPublish !== undefined && times.syncDelete === undefined;
    return isAsked ? times : { ...times, syncPublish: now, syncDelete: undefined };
  }
  if (cds === 'delete') return { ...times, syncPublish: undefined, syncDelete: times.syncDelete ?? now };
  // A roll that begins anew takes back what was asked for, the end of all DS included.
  const isDelete = times.syncPublish === undefined && times.syncDelete !== undefined;
  if (isDelete && !isLeaving) return { ...times, syncDelete: undefined };
  const isAsked = times.syncPublish !== undefined && times.syncDelete === undefined;
  return isAsked ? { ...times, syncDelete: now } : times;
}
