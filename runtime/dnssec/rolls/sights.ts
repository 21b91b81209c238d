/** Whether all servers show a change, and which do not. */
import { unreachable } from '../../base/assert.ts';
import type { KeySet } from '../keys/key-set.ts';
import { fitOf } from './delegation-signer.ts';
import { hasDs } from './key-set-of.ts';
import type { DelegationSeen, KeysSeen, Observations, ServerPlace, View } from './observations.ts';
import type { Reason } from './reasons.ts';
import type { RollPolicy } from './roll-policy.ts';
import type { Roll, RollState } from './roll-state.ts';
import type { Expectation } from './stages.ts';

export interface Looking {
  readonly state: RollState;
  readonly roll: Roll;
  readonly keySet: KeySet;
  readonly policy: RollPolicy;
  readonly observations: Observations;
}

/** All that is not seen yet; none: every server shows the change. Only answers after `since` count. */
export function notSeen(sights: readonly Expectation[], looking: Looking, since: number): Reason[] {
  const { zone, parent } = looking.observations;
  const ofZone = sights.filter((sight) => sight === 'keys' || sight === 'signatures');
  const ofParent = sights.filter((sight) => sight !== 'keys' && sight !== 'signatures');
  return [
    ...(ofZone.length === 0
      ? []
      : notSeenAt(zone, 'zone', since, (place, seen) =>
          ofZone.flatMap((sight) => notSeenInZone(sight, place, seen, looking)),
        )),
    ...(ofParent.length === 0
      ? []
      : notSeenAt(parent, 'parent', since, (place, seen) =>
          ofParent.flatMap((sight) => notSeenInParent(sight, place, seen, looking)),
        )),
  ];
}

function notSeenAt<T>(
  view: View<T>,
  of: 'zone' | 'parent',
  since: number,
  judge: (place: ServerPlace, seen: T) => Reason[],
): Reason[] {
  if (view.problem !== undefined) return [{ kind: 'no-servers', of, why: view.problem }];
  if (view.servers.length === 0) return [{ kind: 'not-asked', of }];
  let isStale = false;
  const reasons = view.servers.flatMap(({ server, address, at, seen, failed }): Reason[] => {
    const place = { server, address };
    if (seen === undefined) return [{ kind: 'failed', of, why: failed ?? 'nothing is known', ...place }];
    // An answer of the second in which the step began may be from before.
    if (at <= since) isStale = true;
    return judge(place, seen);
  });
  return isStale && reasons.length === 0 ? [{ kind: 'not-asked', of }] : reasons;
}

function notSeenInZone(
  sight: Expectation,
  place: ServerPlace,
  seen: KeysSeen,
  { keySet, policy }: Looking,
): Reason[] {
  // A server of another signer signs with that signer's keys (RFC 8901 §2.1.2); the DNSKEY set is one for all.
  const foreign = policy.foreign.map(({ tag }) => tag);
  const signsElsewhere = seen.soaSigners.length > 0 && seen.soaSigners.every((tag) => foreign.includes(tag));
  if (sight === 'signatures') {
    const signers = [...keySet.dnskeys, ...keySet.unpublished].filter(({ signsZone }) => signsZone);
    const [lacks, has] = differences(
      signers.map(({ tag }) => tag),
      seen.soaSigners,
    );
    const isSame = lacks.length === 0 && has.length === 0;
    return isSame || signsElsewhere ? [] : [{ kind: 'signatures', lacks, has, ...place }];
  }
  const [lacks, has] = differences(
    keySet.dnskeys.map(({ tag }) => tag),
    seen.keys.map(({ tag }) => tag),
  );
  if (lacks.length > 0 || has.length > 0) return [{ kind: 'keys', lacks, has, ...place }];
  const idle = keySet.dnskeys
    .filter(({ tag, signsKeys }) => signsKeys && !seen.keySigners.includes(tag))
    .map(({ tag }) => tag);
  return idle.length === 0 || signsElsewhere ? [] : [{ kind: 'keys-unsigned', lacks: idle, ...place }];
}

function notSeenInParent(
  sight: Expectation,
  place: ServerPlace,
  { ds }: DelegationSeen,
  { state, roll }: Looking,
): Reason[] {
  switch (sight) {
    case 'delegation':
      return [];
    case 'no-ds':
      return ds.map((each): Reason => ({ kind: 'ds-still', ds: each, ...place }));
    case 'ds':
      return state.keys.filter(hasDs).flatMap((key): Reason[] => {
        const isNew = roll.newTags.includes(key.tag);
        if (!isNew && !roll.oldTags.includes(key.tag)) return [];
        const fits = ds.filter((each) => fitOf(each, state.zone, key) === 'fits');
        if (!isNew) return fits.map((each): Reason => ({ kind: 'ds-still', ds: each, ...place }));
        // One good digest does not make up for a wrong one: unbound wants both (harden-algo-downgrade).
        const wrong = ds.filter((each) => fitOf(each, state.zone, key) === 'wrong');
        if (wrong.length > 0) return wrong.map((each): Reason => ({ kind: 'ds-wrong', ds: each, ...place }));
        return fits.length > 0 ? [] : [{ kind: 'ds-missing', tag: key.tag, ...place }];
      });
    case 'keys':
    case 'signatures':
      return [];
    default:
      return unreachable(sight);
  }
}

/** What is wanted and not there, and what is there and not wanted. */
function differences(wanted: readonly number[], there: readonly number[]): [lacks: number[], has: number[]] {
  return [wanted.filter((tag) => !there.includes(tag)), there.filter((tag) => !wanted.includes(tag))];
}
