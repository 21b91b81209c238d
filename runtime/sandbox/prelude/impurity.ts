/**
 * JavaScript's own sources of chance and time. They go on working, and a decision that uses one is marked:
 * another query would get other values. During a decision `Date`, `Temporal` and `Intl` show the moment of the query, as
 * `query.time` does.
 */
import { currentMoment, taint } from './facts.ts';
import {
  apply,
  construct,
  defineProperty,
  getOwnPropertyDescriptor,
  getOwnPropertyNames,
  NativeDate,
  nativeNow,
} from './primordials.ts';

/** Replaces the global sources by marked ones. main.ts calls it once, before policy code runs. */
export function markImpurities(): void {
  replace(Math, 'random', (original) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      taint('random');
      return apply(original, this, args);
    };
  });
  replace(Intl.DateTimeFormat.prototype, 'formatToParts', shown);
  // A getter, whose function is bound to its formatter.
  replace(Intl.DateTimeFormat.prototype, 'format', (original) => {
    return function (this: unknown): unknown {
      return shown(apply(original, this, []) as Source);
    };
  });
  markTemporal();
  markDate();
}

type Source = (...args: unknown[]) => unknown;

/** Wraps a method, or the getter that returns it. */
function replace(holder: object, name: string, wrapped: (original: Source) => unknown): void {
  const descriptor = getOwnPropertyDescriptor(holder, name);
  const kind = descriptor?.get === undefined ? 'value' : 'get';
  const original = descriptor?.[kind] as Source | undefined;
  if (typeof original !== 'function') return;
  defineProperty(holder, name, { ...descriptor, [kind]: wrapped(original) });
}

/** A formatter that is given no date shows the present. */
function shown(original: Source): Source {
  return function (this: unknown, date?: unknown): unknown {
    taint('date');
    return apply(original, this, [date === undefined ? now() : date]);
  };
}

interface TemporalLike {
  readonly Now: object & { readonly timeZoneId: Source };
  readonly Instant: { readonly fromEpochMilliseconds: Source; readonly prototype: object };
  readonly ZonedDateTime: { readonly prototype: object };
}

/** Method of `Temporal.Now` → the method of a date with a zone that makes the same of it. */
const PARTS_OF_NOW: Readonly<Record<string, string>> = {
  plainDateTimeISO: 'toPlainDateTime',
  plainDateISO: 'toPlainDate',
  plainTimeISO: 'toPlainTime',
};

/** Some engines lack Temporal, and so does TypeScript's library. */
function markTemporal(): void {
  const { Temporal } = globalThis as { Temporal?: TemporalLike };
  if (Temporal === undefined) return;
  const { Now, Instant, ZonedDateTime } = Temporal;
  const { fromEpochMilliseconds } = Instant;
  const { timeZoneId } = Now;
  const inZone = methodOf(Instant.prototype, 'toZonedDateTimeISO');
  const instant = (): unknown => apply(fromEpochMilliseconds, Instant, [now()]);
  const zoned = (zone: unknown): unknown =>
    apply(inZone, instant(), [zone === undefined ? apply(timeZoneId, Now, []) : zone]);
  for (const name of getOwnPropertyNames(Now)) {
    const part = PARTS_OF_NOW[name];
    const made = part === undefined ? undefined : methodOf(ZonedDateTime.prototype, part);
    replace(Now, name, (original) => {
      if (name === 'instant') return instant;
      if (name === 'zonedDateTimeISO') return zoned;
      if (made !== undefined) return (zone: unknown): unknown => apply(made, zoned(zone), []);
      return (...args: unknown[]): unknown => {
        taint('date');
        return apply(original, Now, args);
      };
    });
  }
}

function methodOf(holder: object, name: string): Source {
  return getOwnPropertyDescriptor(holder, name)?.value as Source;
}

function markDate(): void {
  NativeDate.now = now;
  const MarkedDate = new Proxy(NativeDate, {
    construct: (target, args, newTarget) => construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new NativeDate(now()).toString(),
  });
  defineProperty(NativeDate.prototype, 'constructor', {
    value: MarkedDate,
    writable: true,
    configurable: true,
  });
  defineProperty(globalThis, 'Date', { value: MarkedDate, writable: true, configurable: true });
}

function now(): number {
  taint('date');
  return currentMoment() ?? nativeNow();
}
