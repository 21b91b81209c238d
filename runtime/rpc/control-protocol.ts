/**
 * Every message between control and an answer process, over Node's IPC channel.
 *
 * Control speaks first (`start`), and says when to open the sockets (`listen`): a process that takes
 * another's place does so only once it knows all zones. The answer process replies `ready` once it listens,
 * or `fatal`. Control may send zones, health and secrets at any time after `start`. The answer process
 * acknowledges each `zones` with `applied` once clients can see its answers. Both ends are dnsteer's own
 * and neither runs policy code, so messages are typed but not re-validated.
 */

import type { Stall } from '../base/loop/loop-watch.ts';
import type { AliasNews } from '../health/aliases/alias-news.ts';
import type { ZoneOverrides } from '../health/overrides/zone-overrides.ts';
import type { HealthReport } from '../health/target.ts';
import type {
  AnswerSettings,
  CookieSettings,
  LiveSettings,
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
  RecordedBatch,
  TransferEvent,
} from './events.ts';
import type { ExplainAsk, Explanation } from './explanation.ts';
import type { UpdateAsk, UpdateVerdict } from './update-ask.ts';
import type { SigningKeys } from './zone-signing.ts';
import type { SentZone } from './zone-update.ts';

export type ToAnswer =
  | { readonly t: 'start'; readonly settings: AnswerSettings }
  /** Listen on these sockets, which come on the channel for descriptors; without any, open sockets. */
  | { readonly t: 'listen'; readonly sockets?: readonly SocketPlace[] }
  /** Read from the sockets of another process too, which come as for `listen`, until `leave`. */
  | { readonly t: 'adopt'; readonly set: number; readonly sockets: readonly SocketPlace[] }
  | { readonly t: 'leave'; readonly set: number }
  | {
      readonly t: 'zones';
      readonly seq: number;
      readonly put: readonly SentZone[];
      readonly drop: readonly string[];
      /** Zones that have files and are not loaded yet: SERVFAIL until they are put, or dropped. */
      readonly expect?: readonly string[];
    }
  /** Zones that are to come have policies: start the sandbox. */
  | { readonly t: 'policies' }
  /** A piece of octets too many for one message: `at` is its place among them, `size` their number. */
  | {
      readonly t: 'octets';
      readonly id: number;
      readonly size: number;
      readonly at: number;
      readonly base64: string;
    }
  /** The secrets of TLS: sent before `listen` if there is TLS, and whenever they change. */
  | { readonly t: 'secrets'; readonly secrets: TlsSecrets }
  /** Private keys, before the zones that are signed with them; they replace the earlier keys of each zone. */
  | { readonly t: 'signing-keys'; readonly zones: readonly SigningKeys[] }
  | ({ readonly t: 'health' } & HealthReport)
  /** What operators say of the pools of zones, also in versions to come; replaces what was said of these zones. */
  | { readonly t: 'overrides'; readonly zones: readonly ZoneOverrides[] }
  /** What is known of the targets of aliases, also in versions to come; replaces what was known of these targets. */
  | { readonly t: 'aliases'; readonly news: readonly AliasNews[] }
  | ({ readonly t: 'cookies' } & CookieSettings)
  /** Go by these settings from the next query on. */
  | { readonly t: 'settings'; readonly id: number; readonly settings: LiveSettings }
  /** What became of an update that the process handed to control. */
  | ({ readonly t: 'updated' } & UpdateVerdict)
  /** The first `record` of which the process has not heard is written; or it is lost. */
  | { readonly t: 'recorded'; readonly isWritten: boolean }
  /** Asks whether the process's loop runs: the reply is constant work. */
  | { readonly t: 'ping' }
  | { readonly t: 'stats'; readonly id: number }
  | { readonly t: 'explain'; readonly id: number; readonly ask: ExplainAsk }
  /** End the quarantine of this zone's policy, unless the policy was stopped in its trial. */
  | { readonly t: 'release'; readonly id: number; readonly zone: string }
  /** Stop taking new work, answer what is pending, exit 0. */
  | { readonly t: 'drain'; readonly hasSuccessor?: boolean };

export type FromAnswer =
  | { readonly t: 'ready'; readonly listening: readonly string[]; readonly udp: UdpSockets }
  | { readonly t: 'fatal'; readonly message: string }
  /** The process has read a `zones`, `octets`, `signing-keys`, `health`, `overrides` or `aliases`, which may be long: the next may come. */
  | { readonly t: 'taken' }
  /** `problems` names zones that the process could not apply, in words; they are served as before. */
  | { readonly t: 'applied'; readonly seq: number; readonly problems?: readonly string[] }
  /** The process goes by the settings it was sent. */
  | { readonly t: 'in-force'; readonly id: number }
  | { readonly t: 'pong' }
  /** The process does not read from the sockets of another process, for this reason. */
  | { readonly t: 'unadopted'; readonly reason: string }
  /** The counters of zones come before `stats`, in parts. */
  | { readonly t: 'stats-part'; readonly id: number; readonly part: StatsPart }
  | { readonly t: 'stats'; readonly id: number; readonly stats: Omit<AnswerStats, keyof StatsPart> }
  | { readonly t: 'explained'; readonly id: number; readonly explanation: Explanation }
  /** What was to be assumed cannot be, in words. */
  | { readonly t: 'unexplained'; readonly id: number; readonly problem: string }
  | { readonly t: 'released'; readonly id: number; readonly wasQuarantined: boolean }
  | { readonly t: 'fallback'; readonly event: FallbackEvent }
  | { readonly t: 'contradiction'; readonly event: ContradictionEvent }
  | { readonly t: 'query'; readonly line: QueryLine }
  /** Lines for a recording: control says of each message, in order, what became of it. */
  | { readonly t: 'record'; readonly batch: RecordedBatch }
  | { readonly t: 'transfer'; readonly event: TransferEvent }
  | { readonly t: 'notify'; readonly event: NotifyEvent }
  | { readonly t: 'update'; readonly ask: UpdateAsk }
  | { readonly t: 'limited'; readonly event: LimitEvent }
  /** The process takes fewer connections than set, for want of descriptors; `warning` says what to do. */
  | { readonly t: 'descriptors'; readonly warning: string }
  /** A turn of the process's loop took so long that all clients waited. */
  | { readonly t: 'stall'; readonly event: Stall }
  | {
      readonly t: 'sandbox';
      readonly state: 'ready' | 'exited' | 'moved';
      readonly pid: number;
      readonly detail: string;
    };
