/** How a zone is signed, for the status: no private part of a key is anywhere near. */
import { keyRole } from '../../dnssec/keys/kept-key.ts';
import type { SignedStatus } from '../../registry/zone-status.ts';
import type { HeldKeys } from './held-keys.ts';
import type { SignedZone } from './signed-zone.ts';

export function signedStatus(
  { keys, problem }: HeldKeys,
  { rules: { denial }, roll: { checklist } }: SignedZone,
): SignedStatus {
  const listed = 'failed' in keys ? [] : keys.keys;
  return {
    keys: listed.map(({ tag, algorithm, signsKeys, signsZone }) => ({
      tag,
      algorithm,
      role: keyRole({ isKsk: signsKeys, isZsk: signsZone }),
    })),
    denial,
    ...(problem !== undefined && { problem }),
    isFailing: 'failed' in keys,
    ...(checklist !== undefined && { rolls: checklist }),
  };
}
