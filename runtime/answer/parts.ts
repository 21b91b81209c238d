/** What answering takes beside the query: built once by whoever wires a process, and handed to every step. */

import type { AnswerSettings } from '../rpc/answer-settings.ts';
import type { ContradictionEvent } from '../rpc/events.ts';
import type { Sandbox } from '../runner/sandbox.ts';
import type { Query } from '../wire/query.ts';
import type { ZoneSet } from '../zone/zone-set.ts';
import type { Counters } from './counting/counters.ts';
import type { Requester } from './exchange.ts';
import type { ServerCookies } from './limits/server-cookies.ts';
import type { PacketCache } from './replies/packet-cache.ts';
import type { Served } from './zones/served-zone.ts';

/** For queries that are signed, transfers, NOTIFY and UPDATE: see transfer/desk.ts. */
export interface Aside {
  /** Whether UPDATE is for it; else that is not implemented here. */
  readonly takesUpdates: boolean;
  /** As the responder's `respond`; the query is what the packet was read into. */
  take(packet: Uint8Array, query: Query, requester: Requester): boolean;
}

export interface Parts {
  readonly zones: ZoneSet<Served>;
  readonly sandbox: Pick<Sandbox, 'run'>;
  readonly counters: Counters;
  readonly cookies: ServerCookies;
  /** Without it every reply is made anew. */
  readonly packets?: PacketCache;
  /** Told of policies that are no functions of what they read. */
  readonly onContradiction: (event: ContradictionEvent) => void;
  /** Takes what is no ordinary query; without it, that is refused. */
  readonly transfers?: Aside;
  readonly settings: Pick<AnswerSettings, 'udpPayloadSize' | 'negativeTtl' | 'processes'> &
    Partial<Pick<AnswerSettings, 'identity'>> & { readonly tcp: Pick<AnswerSettings['tcp'], 'idleMs'> };
}
