/** One line of a recording, as whoever wrote it left it: checked, and what is wrong with it told. */
import { isFields } from '../base/data-reader.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { RECORDING_FORMAT, type RecordedLine, type RecordingHeader } from '../rpc/recorded-line.ts';

/** `at` is in milliseconds since 1970. */
export type Recorded =
  | { readonly kind: 'header'; readonly header: RecordingHeader }
  | { readonly kind: 'later'; readonly format: unknown }
  | { readonly kind: 'query'; readonly line: RecordedLine; readonly at: number };

/** `later`: the header says that lines are of a format that this version does not know. */
export function readRecorded(text: string): Result<Recorded> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    const isCut = !text.trimEnd().endsWith('}');
    const problem = error instanceof Error ? error.message : String(error);
    return fail(isCut ? 'The line is cut: it does not end in "}"' : `The line is no JSON: ${problem}`);
  }
  if (!isFields(data)) return fail('The line is no object');
  if (data.dnsteer !== undefined) return readHeader(data);
  const problem = problemWith(data);
  if (problem !== undefined) return fail(problem);
  const line = data as unknown as RecordedLine;
  const at = Date.parse(line.at);
  return Number.isNaN(at) ? fail('at: Must be a moment in ISO 8601') : ok({ kind: 'query', line, at });
}

function readHeader(data: Readonly<Record<string, unknown>>): Result<Recorded> {
  if (data.dnsteer !== 'recording') return fail('The line begins a file of another kind');
  if (data.format !== RECORDING_FORMAT) return ok({ kind: 'later', format: data.format });
  const { sample } = data;
  if (typeof sample !== 'number' || !(sample > 0 && sample <= 1))
    return fail('sample: Must be a number above 0, at most 1');
  return ok({ kind: 'header', header: data as unknown as RecordingHeader });
}

const TEXTS = ['id', 'at', 'name', 'type', 'client', 'rcode'] as const;
const MOST_TEXT = 1024;
const TRANSPORTS: ReadonlySet<unknown> = new Set(['udp', 'tcp', 'tls', 'https']);

function problemWith(data: Readonly<Record<string, unknown>>): string | undefined {
  for (const field of TEXTS)
    if (!isShort(data[field])) return `${field}: Must be a text of up to ${MOST_TEXT} characters`;
  if (data.zone !== undefined && !isShort(data.zone))
    return `zone: Must be a text of up to ${MOST_TEXT} characters`;
  if (!TRANSPORTS.has(data.transport)) return 'transport: Must be udp, tcp, tls or https';
  if (!isListOf(data.answer, isText)) return 'answer: Must be a list of texts';
  if (!isListOf(data.reads, isRead)) return 'reads: Must be a list of facts with their values';
  if (data.down !== undefined && !isListOf(data.down, isText)) return 'down: Must be a list of texts';
  if (data.chance !== undefined && !isListOf(data.chance, isChance))
    return 'chance: Must be a list of numbers from 0 up to but not including 1';
  return undefined;
}

function isListOf(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

/** As long as a name of 255 octets, with all of them escaped. */
function isShort(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MOST_TEXT;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isChance(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < 1;
}

function isRead(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== 'string') return false;
  const fact: unknown = value[1];
  return fact === null || typeof fact === 'string' || typeof fact === 'number' || typeof fact === 'boolean';
}
