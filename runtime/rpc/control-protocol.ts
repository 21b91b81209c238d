/**
 * Every message between control and an answer process, over Node's IPC channel.
 *
 * Control speaks first (`start`), and says when to open the sockets (`listen`): a process that takes
 * another's place does so only once it knows all zones. The answer process replies `ready` once it
 * listens, or `fatal`. Zones, health and secrets may be sent at any time after `start`. Each `zones` is
 * acknowledged with `applied` once its answers can be seen by clients. Both ends are ours and
 * neither runs policy code, so messages are typed but not re-validated.
 */

import type { Stall } from '../base/loop/loop-watch.ts';
import type { HealthStates } from '../health/target.ts';
import type {
  AnswerSettings,
  CookieSettings,
  SocketPlace,
  TlsSecrets,
  UdpSockets,
} from './answer-settings.ts';
import type { AnswerStats, StatsPart } from './answer-stats.ts';
import type {
  ContradictionEvent,
  FallbackEvent,
  LimitEvent,
  NotifyEvent,
  QueryLine,
  TransferEvent,
} from './events.ts';
import type { ExplainAsk, Explanation } from './explanation.ts';
import type { SentZone } from './zone-update.ts';

export type ToAnswer =
  | { readonly t: 'start'; readonly settings: AnswerSettings }
  /** On these sockets, which come on the channel for descriptors; without, on sockets of its own. */
  | { readonly t: 'listen'; readonly sockets?: readonly SocketPlace[] }
  /** Read from the sockets of another process too, which come as for `listen`; and no more. */
  | { readonly t: 'adopt'; readonly set: number; readonly sockets: readonly SocketPlace[] }
  | { readonly t: 'leave'; readonly set: number }
  | {
      readonly t: 'zones';
      readonly seq: number;
      readonly put: readonly SentZone[];
      readonly drop: readonly string[];
    }
  /** A piece of octets that are more than a message holds, and where it belongs in them; `size` of them in all. */
  | {
      readonly t: 'octets';
      readonly id: number;
      readonly size: number;
      readonly at: number;
      readonly base64: string;
    }
  /** What TLS goes by, before `listen` where there is TLS, and whenever it changes. */
  | { readonly t: 'secrets'; readonly secrets: TlsSecrets }
  /** Target id → whether it is up, or probed no more; only what changed. A target never named counts as up. */
  | { readonly t: 'health'; readonly states: HealthStates }
  | ({ readonly t: 'cookies' } & CookieSettings)
  /** Constant work, and no other: whether its loop runs. */
  | { readonly t: 'ping' }
  | { readonly t: 'stats'; readonly id: number }
  | { readonly t: 'explain'; readonly id: number; readonly ask: ExplainAsk }
  /** Run the policy of this zone again, whatever it did, unless it was stopped in its trial. */
  | { readonly t: 'release'; readonly id: number; readonly zone: string }
  /** Stop taking new work, answer what is pending, exit 0. */
  | { readonly t: 'drain' };

export type FromAnswer =
  | { readonly t: 'ready'; readonly listening: readonly string[]; readonly udp: UdpSockets }
  | { readonly t: 'fatal'; readonly message: string }
  /** Of `zones`, `octets` and `health`, which may be long, one was read: the next may come. */
  | { readonly t: 'taken' }
  /** `problems`: zones that could not be taken, in words; they are served as they were. */
  | { readonly t: 'applied'; readonly seq: number; readonly problems?: readonly string[] }
  | { readonly t: 'pong' }
  /** The sockets of another process are not read from, for a reason. */
  | { readonly t: 'unadopted'; readonly reason: string }
  /** What it counts for zones comes first, in parts. */
  | { readonly t: 'stats-part'; readonly id: number; readonly part: StatsPart }
  | { readonly t: 'stats'; readonly id: number; readonly stats: Omit<AnswerStats, keyof StatsPart> }
  | { readonly t: 'explained'; readonly id: number; readonly explanation: Explanation }
  | { readonly t: 'released'; readonly id: number; readonly wasQuarantined: boolean }
  | { readonly t: 'fallback'; readonly event: FallbackEvent }
  | { readonly t: 'contradiction'; readonly event: ContradictionEvent }
  | { readonly t: 'query'; readonly line: QueryLine }
  | { readonly t: 'transfer'; readonly event: TransferEvent }
  | { readonly t: 'notify'; readonly event: NotifyEvent }
  | { readonly t: 'limited'; readonly event: LimitEvent }
  /** It takes fewer connections than it was told to, for want of descriptors; why, and what to do about it. */
  | { readonly t: 'descriptors'; readonly warning: string }
  /** A turn of its loop took so long that everybody waited. */
  | { readonly t: 'stall'; readonly event: Stall }
  | {
      readonly t: 'sandbox';
      readonly state: 'ready' | 'exited' | 'moved';
      readonly pid: number;
      readonly detail: string;
    };
