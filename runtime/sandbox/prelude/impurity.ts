/**
 * JavaScript's own sources of chance and time. They go on working, and a decision that uses one is marked:
 * another query would get other values. During a decision `Date` shows the moment of the query, as
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
  replace(Math, 'random', 'random');
  replace(Intl.DateTimeFormat.prototype, 'formatToParts', 'date');
  replace(Intl.DateTimeFormat.prototype, 'format', 'date');
  // Some engines lack Temporal, and so does TypeScript's library.
  const { Temporal } = globalThis as { Temporal?: { Now: object } };
  if (Temporal !== undefined)
    for (const name of getOwnPropertyNames(Temporal.Now)) replace(Temporal.Now, name, 'date');
  markDate();
}

type Source = (...args: unknown[]) => unknown;

/** Wraps a method, or the getter that returns it. */
function replace(holder: object, name: string, reason: 'random' | 'date'): void {
  const descriptor = getOwnPropertyDescriptor(holder, name);
  const kind = descriptor?.get === undefined ? 'value' : 'get';
  const original = descriptor?.[kind] as Source | undefined;
  if (typeof original !== 'function') return;
  const marked = function (this: unknown, ...args: unknown[]): unknown {
    taint(reason);
    return apply(original, this, args);
  };
  defineProperty(holder, name, { ...descriptor, [kind]: marked });
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
