/** The case in which a test asks, as its author wrote it: checked, and every mistake told with what is meant. */
import { readExplainAsk } from '../admin/explain-request.ts';
import { readMoment } from '../answer/facts/moment-text.ts';
import { MOST_SEED } from '../answer/steering/seeded-chance.ts';
import { isFields, isWhole } from '../base/data-reader.ts';
import { parseAddress } from '../base/net/ip.ts';
import { PLACE_FIELD_NAMES, PLACE_FIELDS, type PlaceField } from '../base/place-fields.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { meant } from '../base/suggest.ts';
import { isTimeZone } from '../base/time-zones.ts';
import { loadIn } from '../health/values.ts';
import type { ExplainAsk } from '../rpc/explanation.ts';
import type { TestAsk } from '../rpc/test-talk.ts';
import type { Transport } from '../wire/transport.ts';
import { type GivenAliases, readGivenAliases } from './given-aliases.ts';

/** A question with the world it is asked in. */
export interface TestCase {
  readonly question: ExplainAsk;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Pool → its state. */
  readonly health: ReadonlyMap<string, 'up' | 'degraded' | 'down'>;
  /** Pool → milliseconds that its checks take, and its load. */
  readonly latency: ReadonlyMap<string, number>;
  readonly load: ReadonlyMap<string, number>;
  /** What is known of the targets of aliases. */
  readonly aliases: GivenAliases;
  readonly seed: number;
}

const KEYS = [
  'from',
  'resolver',
  'local',
  ...PLACE_FIELD_NAMES,
  'at',
  'health',
  'latency',
  'load',
  'aliases',
  'seed',
  'transport',
  'udpSize',
] as const;
const TRANSPORTS = ['udp', 'tcp', 'tls', 'https'] as const;
/** A Thursday, so that tests which say nothing of the time come to the same each day. */
export const DEFAULT_AT = '2026-01-15T12:00Z';
const STATES = ['up', 'degraded', 'down'] as const;
/** What resolvers take most often (DNS Flag Day 2020); none takes less than 512 octets (RFC 6891 §6.2.3). */
const DEFAULT_UDP_SIZE = 1232;
const LEAST_UDP_SIZE = 512;
const MOST_UDP_SIZE = 65_535;

/** Reads a question to a zone, whose names are relative to it. */
export function readCase({ name, type, given }: Omit<TestAsk, 'zone'>, zone: string): Result<TestCase> {
  if (!isFields(given)) return fail('The case must be an object, such as { country: "DE" }');
  const unknown = Object.keys(given).find((key) => !KEYS.some((known) => known === key));
  if (unknown !== undefined) return fail(`The case has no "${unknown}"${meant(unknown, KEYS)}`);
  const { from, at = DEFAULT_AT, seed = 1, health = {} } = given;
  if (from !== undefined && typeof from !== 'string') return fail('from: Must be an address or a network');
  if (typeof at !== 'string') return fail('at: Must be a moment, such as "2026-12-24 23:00 Europe/Berlin"');
  const now = readMoment(at);
  if (!now.ok) return fail(`at: ${now.problem}`);
  if (typeof seed !== 'number' || !Number.isInteger(seed) || seed < 0 || seed > MOST_SEED)
    return fail(`seed: Must be a whole number from 0 to ${MOST_SEED}`);
  const way = readWay(given);
  if (!way.ok) return way;
  const udpSize = readUdpSize(given, way.value.transport);
  if (!udpSize.ok) return udpSize;
  const facts = readPlace(given);
  if (!facts.ok) return facts;
  const states = readHealth(health);
  if (!states.ok) return states;
  const [latency, load] = [readValues('latency', given.latency), readValues('load', given.load)];
  if (!latency.ok) return latency;
  if (!load.ok) return load;
  const aliases = readGivenAliases(given.aliases);
  if (!aliases.ok) return aliases;
  const asked = readExplainAsk({ name: wholeName(name, zone), type, from, country: undefined });
  if (!asked.ok) return asked;
  const question = { ...asked.value, facts: facts.value, way: way.value, ...udpSize.value };
  const world = { health: states.value, latency: latency.value, load: load.value, aliases: aliases.value };
  return ok({ question, now: now.value, ...world, seed });
}

type TestWay = NonNullable<ExplainAsk['way']> & { readonly transport: Transport };

function readWay({ transport = 'tcp', local, resolver }: Readonly<Record<string, unknown>>): Result<TestWay> {
  const over = TRANSPORTS.find((one) => one === transport);
  if (over === undefined) return fail(`transport: Must be one of ${TRANSPORTS.join(', ')}`);
  const addresses: { local?: string; resolver?: string } = {};
  for (const [key, address] of Object.entries({ local, resolver })) {
    if (address === undefined) continue;
    if (typeof address !== 'string' || parseAddress(address) === undefined)
      return fail(`${key}: Must be an address, such as "192.0.2.53"`);
    addresses[key as 'local' | 'resolver'] = address;
  }
  return ok({ transport: over, ...addresses });
}

/** Over a connection an answer is whole, and so it is where nothing is said. */
function readUdpSize(
  { udpSize }: Readonly<Record<string, unknown>>,
  transport: Transport,
): Result<Pick<ExplainAsk, 'udpSize'>> {
  if (udpSize === undefined) return ok(transport === 'udp' ? { udpSize: DEFAULT_UDP_SIZE } : {});
  if (transport !== 'udp') return fail('udpSize: Is a part of a case with transport: "udp"');
  return isWhole(udpSize, LEAST_UDP_SIZE, MOST_UDP_SIZE)
    ? ok({ udpSize })
    : fail(`udpSize: Must be a whole number of octets from ${LEAST_UDP_SIZE} to ${MOST_UDP_SIZE}`);
}

/** A name without a final dot is below the zone, unless it names the zone itself at its end. */
function wholeName(name: string, zone: string): string {
  if (name === '@' || name === '') return zone;
  const lower = name.toLowerCase();
  const isWhole = lower.endsWith('.') || lower === zone || lower.endsWith(`.${zone}`);
  return isWhole ? name : `${name}.${zone}`;
}

function readPlace(given: Readonly<Record<string, unknown>>): Result<ExplainAsk['facts']> {
  const facts: Record<string, string | number | boolean> = {};
  for (const field of PLACE_FIELD_NAMES) {
    const value = given[field];
    if (value === undefined) continue;
    const problem = placeProblem(field, value);
    if (problem !== undefined) return fail(`${field}: ${problem}`);
    facts[field] = value as string | number | boolean;
  }
  return ok(facts);
}

function placeProblem(field: PlaceField, value: unknown): string | undefined {
  const row = PLACE_FIELDS[field];
  switch (row.kind) {
    case 'flag':
      return typeof value === 'boolean' ? undefined : 'Must be true or false';
    case 'number': {
      const { least, most } = row;
      const isWithin = typeof value === 'number' && value >= least && value <= most;
      return isWithin ? undefined : `Must be a number from ${least} to ${most}`;
    }
    case 'word':
      return row.words.some((word) => word === value) ? undefined : `Must be one of ${row.words.join(', ')}`;
    case 'text':
      return isPlaceText(field, 'form' in row ? row.form : undefined, value)
        ? undefined
        : `It ${row.complaint}`;
    default:
      return row satisfies never;
  }
}

function isPlaceText(field: PlaceField, form: RegExp | undefined, value: unknown): boolean {
  if (typeof value !== 'string' || value === '') return false;
  return field === 'timeZone' ? isTimeZone(value) : (form?.test(value) ?? true);
}

function readHealth(health: unknown): Result<TestCase['health']> {
  if (!isFields(health)) return fail('health: Must be an object, such as { eu: "down" }');
  const states = new Map<string, (typeof STATES)[number]>();
  for (const [pool, given] of Object.entries(health)) {
    const state = STATES.find((one) => one === given);
    if (state === undefined) return fail(`health.${pool}: Must be one of ${STATES.join(', ')}`);
    states.set(pool, state);
  }
  return ok(states);
}

function readValues(key: 'latency' | 'load', given: unknown = {}): Result<ReadonlyMap<string, number>> {
  if (!isFields(given)) return fail(`${key}: Must be an object, such as { eu: 20 }`);
  const values = new Map<string, number>();
  for (const [pool, value] of Object.entries(given)) {
    if (typeof value !== 'number' || loadIn(value) === undefined)
      return fail(`${key}.${pool}: Must be a number from 0`);
    values.set(pool, value);
  }
  return ok(values);
}
