/** What answering takes beside the query: built once by whoever wires a process, and handed to every step. */
import type { Sandbox } from '../policy/sandbox.ts';
import type { AnswerSettings, ContradictionEvent } from '../rpc/control-protocol.ts';
import type { ZoneSet } from '../zone/zone-set.ts';
import type { Counters } from './counters.ts';
import type { Served } from './served-zone.ts';
import type { ServerCookies } from './server-cookies.ts';

export interface Parts {
  readonly zones: ZoneSet<Served>;
  readonly sandbox: Pick<Sandbox, 'run'>;
  readonly counters: Counters;
  readonly cookies: ServerCookies;
  /** Told of policies that are no functions of what they read. */
  readonly onContradiction: (event: ContradictionEvent) => void;
  readonly settings: Pick<AnswerSettings, 'udpPayloadSize' | 'negativeTtl'> &
    Partial<Pick<AnswerSettings, 'identity'>> & { readonly tcp: Pick<AnswerSettings['tcp'], 'idleMs'> };
}
