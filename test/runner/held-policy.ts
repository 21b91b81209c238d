/** A policy as sandboxes hold it, of which tests care for nothing but its name, and a process that says nothing. */
import type { Addressee } from '../../runtime/runner/channel.ts';
import { Charges } from '../../runtime/runner/charges.ts';
import { HeldPolicy } from '../../runtime/runner/held-policy.ts';
import type { LoadOutcome } from '../../runtime/runner/runs-and-loads.ts';

export function heldPolicy(key: string, onLoaded?: (outcome: LoadOutcome) => void): HeldPolicy {
  const limits = { memoryMb: 16, timeoutMs: 5 };
  return new HeldPolicy({ key, script: '', limits, charges: new Charges() }, onLoaded);
}

/** A process that takes what it is sent. */
export const SILENT: Addressee = {
  send: () => {},
  sendRun: () => {},
  abandon: () => {},
  giveUp: () => {},
  loads: 0,
  manifests: 0,
  computedMs: 0,
  told: undefined,
  isStopped: false,
  isRead: true,
};
