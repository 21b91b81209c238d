/** A policy as sandboxes hold it, of which tests care for nothing but its name. */
import { Charges } from '../../runtime/runner/charges.ts';
import { HeldPolicy } from '../../runtime/runner/held-policy.ts';
import type { LoadOutcome } from '../../runtime/runner/runs-and-loads.ts';

export function heldPolicy(key: string, onLoaded?: (outcome: LoadOutcome) => void): HeldPolicy {
  const limits = { memoryMb: 16, timeoutMs: 5 };
  return new HeldPolicy({ key, script: '', limits, charges: new Charges() }, onLoaded);
}
