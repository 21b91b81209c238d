/**
 * The text of `.private` files, the private halves of keys, in the form that BIND gave them, and that Knot,
 * PowerDNS and ldns read as well. Rules are those of BIND where it is stricter than others, so that whatever
 * dnsteer reads and writes is a key for all of them.
 */

import type { KeyObject } from 'node:crypto';
import { toBase64 } from '../../base/octets-text.ts';
import { ok, type Result } from '../../base/result.ts';
import type { KeyAlgorithm } from './algorithm.ts';
import { signingAlgorithm } from './algorithms.ts';
import { COPY_AGAIN, faultOf, type KeyFault, unreadableKey } from './key-fault.ts';
import { type KeyTimes, TIME_NAMES, timeFromText, timeToText } from './key-times.ts';
import type { PrivatePart } from './signing-key.ts';

export interface PrivateFile extends PrivatePart {
  readonly times: KeyTimes;
}

export function readPrivateFile(text: string): Result<PrivateFile, KeyFault> {
  const lines = linesOf(text);
  if (!lines.ok) return lines;
  const [format, named, ...rest] = lines.value;
  const minor = minorVersion(format);
  if (!minor.ok) return minor;
  const algorithm = algorithmOf(named);
  if (!algorithm.ok) return algorithm;
  const known = new Set([...algorithm.value.privateFields, ...TIME_NAMES.values(), ...TOLERATED]);
  for (const [at, { name, number }] of rest.entries()) {
    if (HARDWARE.has(name))
      return unreadableKey(`Line "${name}" says that ${IN_HARDWARE}`, NO_HARDWARE, number);
    // BIND passes over what it does not know only where the file says that it is newer.
    if (!known.has(name) && minor.value <= KNOWN_MINOR) {
      const message = `Line "${name}" means nothing in version 1.${minor.value}`;
      return unreadableKey(message, 'Mend its name, or remove the line', number);
    }
    if (rest.findIndex((other) => other.name === name) !== at) {
      return unreadableKey(`Line "${name}" is there twice`, 'Remove one of the two', number);
    }
  }
  const key = keyOf(algorithm.value, rest);
  if (!key.ok) return key;
  const times = timesOf(rest);
  return times.ok ? ok({ algorithm: algorithm.value, key: key.value, times: times.value }) : times;
}

export function writePrivateFile({ algorithm, key, times }: PrivateFile): string {
  const fields = [...algorithm.privateFieldsOf(key)].map(([name, octets]) => `${name}: ${toBase64(octets)}`);
  const head = [`${FORMAT}: v1.${KNOWN_MINOR}`, `Algorithm: ${algorithm.number} (${algorithm.name})`];
  return `${[...head, ...fields, ...timeLines(times)].join('\n')}\n`;
}

/** The same file with these times for its own. All else stays, what BIND notes for itself included. */
export function withTimes(text: string, times: KeyTimes): string {
  const names = new Set<string>([...TIME_NAMES.values(), FORMAT]);
  const kept = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !names.has(LINE.exec(line)?.[1] ?? ''));
  const minor = Number(/^Private-key-format:\s*v1\.(\d+)/.exec(text)?.[1] ?? 0);
  // Files of version 1.2, which others write, have no times.
  const format = `${FORMAT}: v1.${Math.max(minor, KNOWN_MINOR)}`;
  return `${[format, ...kept, ...timeLines(times)].join('\n')}\n`;
}

interface Line {
  readonly name: string;
  readonly value: string;
  /** 1-based. */
  readonly number: number;
}

/** No name is as long as a secret: a broken line can have one in the place of its name, which is told. */
const LINE = /^\s*([A-Za-z][A-Za-z\d-]{0,24})\s*:(.*)$/;
const FORMAT = 'Private-key-format';
/** BIND's minor version. */
const KNOWN_MINOR = 3;
/** Lines of BIND that say nothing of the key. */
const TOLERATED: readonly string[] = ['MaxTTL', 'RollPeriod', 'Successor', 'Predecessor'];
const HARDWARE: ReadonlySet<string> = new Set(['Engine', 'Label']);
const IN_HARDWARE = 'the private key stands in a hardware module';
const NO_HARDWARE = 'dnsteer signs with keys in files only: make one, and roll to it';

function linesOf(text: string): Result<Line[], KeyFault> {
  const lines: Line[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const [, name, value = ''] = LINE.exec(line) ?? [];
    if (name === undefined) return unreadableKey('Line is not in the form "Name: value"', COPY_AGAIN, at + 1);
    lines.push({ name, value: value.trim(), number: at + 1 });
  }
  return ok(lines);
}

function minorVersion(line: Line | undefined): Result<number, KeyFault> {
  if (line === undefined) return unreadableKey('The file is empty', COPY_AGAIN);
  if (line.name !== FORMAT) {
    return unreadableKey(`The first line is not "${FORMAT}: v1.3"`, 'Name a .private file', line.number);
  }
  const version = /^v(\d{1,4})\.(\d{1,4})$/.exec(line.value);
  if (version?.[1] === '1') return ok(Number(version[2]));
  const message = `Line "${FORMAT}" does not say v1.2, v1.3 or a later version 1`;
  return unreadableKey(message, 'Have the tool that keeps the key write it as version 1.3', line.number);
}

function algorithmOf(line: Line | undefined): Result<KeyAlgorithm, KeyFault> {
  if (line === undefined) return unreadableKey('The file ends before line "Algorithm"', COPY_AGAIN);
  if (line.name !== 'Algorithm') {
    return unreadableKey('The second line is not "Algorithm"', 'Move line "Algorithm" there', line.number);
  }
  // Tools write different names behind the number, or none.
  const number = /^(\d{1,3})(?:\s|$)/.exec(line.value)?.[1];
  if (number === undefined) {
    return unreadableKey('Line "Algorithm" has no number', 'Write 13, 15 or 8', line.number);
  }
  const found = signingAlgorithm(Number(number));
  if (found.ok) return found;
  return faultOf('KEY_ALGORITHM', found.problem, 'Make a key of algorithm 13, and roll to it', line.number);
}

function keyOf(algorithm: KeyAlgorithm, lines: readonly Line[]): Result<KeyObject, KeyFault> {
  const fields = new Map<string, Uint8Array>();
  for (const name of algorithm.privateFields) {
    const line = lines.find((each) => each.name === name);
    if (line === undefined) return unreadableKey(`The file ends before line "${name}"`, COPY_AGAIN);
    const digits = line.value.replace(/\s+/g, '');
    const octets = Buffer.from(digits, 'base64');
    if (digits === '' || octets.toString('base64') !== digits) {
      return unreadableKey(`Line "${name}" is no base64, or is cut off`, COPY_AGAIN, line.number);
    }
    fields.set(name, octets);
  }
  const key = algorithm.privateKey(fields);
  if (key.ok) return key;
  const line = lines.find(({ name }) => name === algorithm.privateFields[0]);
  return unreadableKey(key.problem, COPY_AGAIN, line?.number);
}

function timesOf(lines: readonly Line[]): Result<KeyTimes, KeyFault> {
  const times: { -readonly [name in keyof KeyTimes]: number } = {};
  for (const [field, name] of TIME_NAMES) {
    const line = lines.find((each) => each.name === name);
    if (line === undefined) continue;
    const time = timeFromText(line.value);
    if (time === undefined) {
      return unreadableKey(`Line "${name}" is no time`, 'Write YYYYMMDDHHMMSS in UTC', line.number);
    }
    times[field] = time;
  }
  return ok(times);
}

function timeLines(times: KeyTimes): string[] {
  return [...TIME_NAMES].flatMap(([field, name]) => {
    const time = times[field];
    return time === undefined ? [] : [`${name}: ${timeToText(time)}`];
  });
}
