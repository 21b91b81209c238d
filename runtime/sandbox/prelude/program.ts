/** What a policy file of either form becomes: data for the host, and functions to call. */

import type { Query } from '../../../types/policy.d.ts';
import type { ManifestData, PlanData } from '../../rpc/plan.ts';

export type Handler = (query: Query) => unknown;

export interface Program {
  readonly manifest: ManifestData;
  /** Key in `hosts` → the handler that decides the host. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Turns a handler's return value into data; throws if the value is no answer. */
  readonly plan: (answer: unknown, path: string) => PlanData;
}
