/**
 * Answers `/api/roll?zone=example.com&do=start&kind=csk`: gives the engine of rolls an operator's command, and says
 * how the roll of the zone stands then.
 */
import type { Checklist } from '../dnssec/rolls/checklist.ts';
import { ROLL_KINDS } from '../dnssec/rolls/roll-policy.ts';
import { noSuchZone } from './release.ts';
import type { RollAsk } from './roll-ask.ts';
import type { AdminSource } from './source.ts';
import { zoneAsked } from './zone-asked.ts';

export interface RollQuery {
  readonly zone: string | undefined;
  readonly do: string | undefined;
  /** Of the roll that is to start. */
  readonly kind: string | undefined;
  /** Key tags, with commas between them. */
  readonly tags: string | undefined;
  /** The longest TTL that was seen, in seconds. */
  readonly ttl: string | undefined;
}

export interface RollReply {
  readonly zone: string;
  readonly rolls: Checklist | undefined;
}

export type RollResult =
  | { readonly status: 200; readonly body: RollReply }
  | {
      readonly status: 400 | 404 | 409;
      readonly body: { readonly error: string; readonly code?: 'DNSSEC_ROLL' };
    };

export async function rollZone(query: RollQuery, source: AdminSource): Promise<RollResult> {
  const named = zoneAsked(query.zone);
  if (!named.ok) return { status: 400, body: { error: named.problem } };
  const zone = named.value;
  const ask = askOf(query);
  if (typeof ask === 'string') return { status: 400, body: { error: ask } };
  const outcome = await source.roll(zone, ask);
  if (outcome === undefined) {
    const isServed = source.facts().zones.some((one) => one.zone === zone);
    const error = isServed
      ? `${zone} is not signed here: "dnssec.zones" does not name it`
      : noSuchZone(zone, source);
    return { status: 404, body: { error } };
  }
  if (outcome.kind === 'obeyed') return { status: 200, body: { zone, rolls: outcome.rolls } };
  return { status: 409, body: { error: `${zone}: ${outcome.why} (DNSSEC_ROLL)`, code: 'DNSSEC_ROLL' } };
}

const COMMANDS = ['start', 'continue', 'report', 'expire', 'done', 'confirm-clock'] as const;

/** The command, or what is wrong with it. */
function askOf({ do: what, kind, tags, ttl }: RollQuery): RollAsk | string {
  const command = COMMANDS.find((each) => each === what);
  if (command === undefined) return `A command is needed: do=${COMMANDS.join(', do=')}`;
  if (ttl !== undefined && !/^\d{1,9}$/.test(ttl)) return 'A TTL is a number of seconds: ttl=3600';
  const seconds = ttl === undefined ? {} : { ttl: Number(ttl) };
  if (command === 'report' || command === 'continue') return { do: command, ...seconds };
  if (command !== 'start') return { do: command };
  const roll = ROLL_KINDS.find((each) => each === kind);
  if (kind !== undefined && roll === undefined) return `A kind is one of ${ROLL_KINDS.join(', ')}`;
  if (tags !== undefined && !/^\d{1,5}(,\d{1,5})*$/.test(tags)) return 'Tags are numbers: tags=4711,4712';
  const named = tags === undefined ? {} : { tags: tags.split(',').map(Number) };
  return roll === undefined ? { do: 'start', roll, ...named } : { do: 'start', roll, ...named };
}
