/**
 * `query`: one object for all decisions. Its getters read the facts of the running decision, and note
 * each read.
 */
import type { Client, CountryCode, Query, RecordType } from '../../../types/policy.d.ts';
import { PLACE_FIELD_NAMES } from '../../base/place-fields.ts';
import { now } from './clock.ts';
import { currentRun, FIELD, fieldOf, note, placeOf, type Run, taint } from './facts.ts';
import { isClientIn } from './networks.ts';
import { health } from './pools.ts';
import { defineProperty, freeze } from './primordials.ts';

/** What is read of a client by its name alone. */
type ClientFact = Exclude<keyof Client, 'in' | 'resolver'>;

const CLIENT_FACTS = [
  ...PLACE_FIELD_NAMES,
  'subnet',
  'family',
  'ip',
] as const satisfies readonly ClientFact[];

/** Reads one fact about the client of the current query, and notes it. */
export function readClient(name: ClientFact): string | number | boolean | undefined {
  const run = currentRun();
  note(run, CLIENT_KEYS[name]);
  if (name === 'ip') taint('client.ip');
  return clientFact(run, name);
}

function clientFact(run: Run, name: ClientFact): string | number | boolean | undefined {
  if (name === 'ip' || name === 'subnet') return fieldOf(run, FIELD[name]);
  if (name === 'family') return +fieldOf(run, FIELD.family);
  return placeOf(run)[name] ?? undefined;
}

/** Reads the query name, and notes it. */
export function readName(): string {
  const run = currentRun();
  note(run, 'query.name');
  return fieldOf(run, FIELD.name);
}

/** Reads the query type, and notes it. */
export function readType(): RecordType {
  const run = currentRun();
  note(run, 'query.type');
  return fieldOf(run, FIELD.type) as RecordType;
}

/** Reads something of the way on which the query came, and notes it; what is not known is no text. */
function readWay(fact: string, field: number): string | undefined {
  const run = currentRun();
  note(run, fact);
  const value = fieldOf(run, field);
  return value === '' ? undefined : value;
}

/** The argument of every handler. */
export const query: Query = freeze({
  get name() {
    return readName();
  },
  get type() {
    return readType();
  },
  get transport() {
    return readWay('query.transport', FIELD.transport) as Query['transport'];
  },
  get local() {
    return readWay('query.local', FIELD.local);
  },
  client: clientView(),
  time: now,
  health,
});

const CLIENT_KEYS = Object.fromEntries(CLIENT_FACTS.map((name) => [name, `client.${name}`])) as Readonly<
  Record<ClientFact, string>
>;

function resolverView(): Client['resolver'] {
  return freeze({
    get address() {
      return readWay('client.resolver.address', FIELD.resolver);
    },
    get country() {
      return readWay('client.resolver.country', FIELD.resolverCountry) as CountryCode | undefined;
    },
  });
}

function clientView(): Client {
  const view = {};
  for (const name of CLIENT_FACTS) {
    defineProperty(view, name, { enumerable: true, get: () => readClient(name) });
  }
  defineProperty(view, 'resolver', { enumerable: true, value: resolverView() });
  // What is copied of the client is what is known of it.
  defineProperty(view, 'in', { value: isClientIn });
  return freeze(view) as Client;
}
