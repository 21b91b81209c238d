/** One request to the runtime API of HAProxy: a line of commands, and all that it answers before it closes. */
import { connect } from 'node:net';
import { fail, ok, type Result } from '../../base/result.ts';
import { systemErrorText } from '../../base/system-error.ts';

/** Octets of an answer: a line for each of the servers of a backend. */
const MOST_OCTETS = 4 * 2 ** 20;
const MOST_MS = 3000;

export function askHaproxy(socket: string, line: string, signal: AbortSignal): Promise<Result<string>> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    const parts: Buffer[] = [];
    let octets = 0;
    const end = (result: Result<string>): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      connection.destroy();
      resolve(result);
    };
    const abort = (): void => end(fail('the server stops'));
    const timer = setTimeout(() => end(fail(`no answer in ${MOST_MS / 1000} seconds`)), MOST_MS);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    connection.on('error', (error) => end(fail(systemErrorText(error))));
    connection.on('data', (part: Buffer) => {
      parts.push(part);
      octets += part.length;
      if (octets > MOST_OCTETS) end(fail(`it answers more than ${MOST_OCTETS} octets`));
    });
    connection.on('end', () => end(ok(Buffer.concat(parts).toString('utf8'))));
    // Not half closed: HAProxy takes that for a client that has gone.
    connection.write(`${line}\n`);
  });
}
