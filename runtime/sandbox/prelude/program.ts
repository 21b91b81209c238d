/** What a file comes down to, whichever form it is written in: data for the host, and functions to call. */

import type { Query } from '../../../types/policy.d.ts';
import type { ManifestData, PlanData } from '../../rpc/plan.ts';

export type Handler = (query: Query) => unknown;

export interface Program {
  readonly manifest: ManifestData;
  /** Key in `hosts` → who decides it. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** Turns what a handler returned into data; throws where it is no answer. */
  readonly plan: (answer: unknown, path: string) => PlanData;
}
