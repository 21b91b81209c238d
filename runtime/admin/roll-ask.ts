/** What an operator can say to the rolls of a zone, and what comes of it. */
import type { Checklist } from '../dnssec/rolls/checklist.ts';
import type { RollCommand } from '../dnssec/rolls/commands.ts';

/** What an operator can say; `continue` is what the roll waits for. A start without a kind is of the key for all. */
export type RollAsk =
  | RollCommand
  | { readonly do: 'start'; readonly roll: undefined; readonly tags?: readonly number[] }
  | { readonly do: 'continue'; readonly ttl?: number };

/** What came of a command; `refused` says why it is not obeyed. */
export type RollOutcome =
  | { readonly kind: 'obeyed'; readonly rolls: Checklist | undefined }
  | { readonly kind: 'refused'; readonly why: string };
