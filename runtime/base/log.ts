/**
 * Logs structured lines to stderr: JSON for machines, readable lines for a terminal.
 *
 * Lines are written before the call returns. pino's buffering and worker transports would save a few
 * microseconds a line, and lose the last lines of a process that dies, which say why it died; frequent
 * events (fallbacks, the query log) are sampled before they get here.
 */
import { createRequire } from 'node:module';
import process from 'node:process';
import { type Logger, pino } from 'pino';
import { indented, printable, printableData, printableJson } from './printable.ts';

/** The logger of a part of the server; `log.child({ component: 'health' })` makes one. */
export type { Logger } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export const LOG_FORMATS = ['auto', 'json', 'pretty'] as const;

export interface LogOptions {
  readonly level: (typeof LOG_LEVELS)[number];
  /** `auto` is `pretty` if the stream is a terminal. */
  readonly format: (typeof LOG_FORMATS)[number];
}

/** The stream of the lines, such as `process.stderr`. */
export interface LogStream {
  readonly isTTY?: boolean;
  write(line: string): unknown;
}

/** Makes the root logger of a process. */
export function createLogger(options: LogOptions, stream: LogStream = standardError()): Logger {
  const terminal = stream.isTTY === true;
  const pretty = options.format === 'pretty' || (options.format === 'auto' && terminal);
  const format = pretty ? prettyLine(terminal) : printableJson;
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => void stream.write(format(line)) },
  );
}

/** A logger that writes nothing, for tests and for verbs with their own output. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}

/** Formats a line as `[08:15:42] WARN: health: Pool is down {"pool":"us"}`. */
function prettyLine(colour: boolean): (line: string) => string {
  // Loaded where it is wanted: it is thirty files, and most servers log for machines.
  const { prettyFactory } = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty');
  const pretty = prettyFactory({
    colorize: colour && !process.env.NO_COLOR,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'component',
    messageFormat: '{if component}{component}: {end}{msg}',
    singleLine: true,
  });
  return (line) => {
    const { msg, ...rest } = JSON.parse(line) as { readonly msg?: unknown };
    const told = typeof msg === 'string' ? { msg: indented(printable(msg), '  ') } : {};
    return pretty({ ...printableData(rest), ...told });
  };
}

function standardError(): LogStream {
  // The reader of the log may be gone, which is no reason to stop answering.
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => {});
  return process.stderr;
}
