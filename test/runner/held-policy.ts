/** A policy as sandboxes hold it, of which tests care for nothing but its name. */
import { Charges } from '../../runtime/runner/charges.ts';
import { HeldPolicy, type LoadOutcome } from '../../runtime/runner/held-policies.ts';

export function heldPolicy(key: string, onLoaded?: (outcome: LoadOutcome) => void): HeldPolicy {
  const limits = { memoryMb: 16, timeoutMs: 5 };
  return new HeldPolicy({ key, script: '', limits, charges: new Charges() }, onLoaded);
}
