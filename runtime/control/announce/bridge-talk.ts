/**
 * What control and the bridges that announce prefixes say to each other: lines of JSON over a socket. A bridge says hello;
 * control repeats its order every half a second, so that silence means that control is gone; a bridge says what came of it.
 */
import { objectInLine } from '../../base/files/json-line.ts';
import type { AnnouncedWay } from './announcement.ts';

/** What is to be announced, and how. */
export interface AnnounceOrder {
  readonly way: AnnouncedWay;
  /** `192.0.2.53/32`, `2001:db8::53/128`. */
  readonly prefixes: readonly string[];
  /** The AS that is put in front of the path once more, and how often. */
  readonly prependAs: number;
  readonly prependTimes: number;
}

export type ToBridge =
  | { readonly t: 'order'; readonly number: number; readonly order: AnnounceOrder }
  /** Control lives, and has decided nothing yet. */
  | { readonly t: 'undecided' }
  /** Another bridge is in charge: this one ends, and changes nothing. */
  | { readonly t: 'leave' };

export type FromBridge =
  | { readonly t: 'hello'; readonly hand: HandName; readonly pid: number }
  | { readonly t: 'done'; readonly number: number }
  | { readonly t: 'failed'; readonly number: number; readonly why: string };

export type HandName = 'bird' | 'exabgp';

/** Milliseconds between two repetitions, and of silence after which the other side counts as gone. */
export const REPEAT_MS = 500;
export const SILENCE_MS = 2500;
/** Characters of a line; more comes from nobody who speaks this. */
export const MOST_BRIDGE_LINE = 64 * 1024;

/** A bridge is no stranger, but anybody who may open the socket can write to it. */
export function readFromBridge(line: string): FromBridge | undefined {
  const read = objectInLine(line);
  if (read === undefined) return undefined;
  const { t, hand, pid, number, why } = read;
  if (t === 'hello' && (hand === 'bird' || hand === 'exabgp') && Number.isSafeInteger(pid))
    return { t, hand, pid: Number(pid) };
  if (!Number.isSafeInteger(number)) return undefined;
  if (t === 'done') return { t, number: Number(number) };
  return t === 'failed' && typeof why === 'string'
    ? { t, number: Number(number), why: why.slice(0, MOST_WHY) }
    : undefined;
}

const MOST_WHY = 500;

/** Control is believed: the socket is in its own folder. */
export function readToBridge(line: string): ToBridge | undefined {
  return objectInLine(line) as ToBridge | undefined;
}

/** Hands on lines as they become whole; `onTooLong` is called for one without end. */
export function lineReader(onLine: (line: string) => void, onTooLong: () => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (rest.length > MOST_BRIDGE_LINE) onTooLong();
  };
}
