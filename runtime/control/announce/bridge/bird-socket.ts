/**
 * The control socket of BIRD: lines go out one by one, and each has its reply. BIRD greets first; a line of a reply begins
 * with four digits, then a hyphen if more follow and a space on the last; a line that begins with a space goes on with the
 * same code, and one that begins with "+" was not asked for.
 */
import { connect } from 'node:net';
import { fail, ok, type Result } from '../../../base/result.ts';
import { systemErrorText } from '../../../base/system-error.ts';
import { lineReader } from '../bridge-talk.ts';

export interface BirdReply {
  /** Of its last line that has one: `0003` is reconfigured, `8002` an error in the configuration. */
  readonly code: string;
  readonly text: string;
}

/** Milliseconds for all commands together: BIRD answers within one, unless it is stuck. */
const PATIENCE_MS = 1500;

/** Sends commands, each when the one before has its reply; a code that begins with 8 or 9 ends it. */
export function tellBird(socketFile: string, commands: readonly string[]): Promise<Result<BirdReply[]>> {
  return new Promise((resolve) => {
    const replies: BirdReply[] = [];
    const waiting = [...commands];
    let isGreeted = false;
    let said: string[] = [];
    const socket = connect(socketFile);
    const end = (result: Result<BirdReply[]>): void => {
      clearTimeout(late);
      socket.destroy();
      resolve(result);
    };
    const late = setTimeout(
      () => end(fail(`BIRD at ${socketFile} does not reply within ${PATIENCE_MS} ms`)),
      PATIENCE_MS,
    );
    const next = (): void => {
      const command = waiting.shift();
      if (command === undefined) end(ok(replies));
      else socket.write(`${command}\n`);
    };
    const take = (line: string): void => {
      if (line.startsWith('+')) return;
      said.push(line.replace(/^(\d{4}[ -]| )/, ''));
      const [, code = ''] = /^(\d{4}) /.exec(line) ?? [];
      if (code === '') return;
      const text = said.join(' ').trim();
      said = [];
      if (!isGreeted) {
        isGreeted = true;
        if (code === '0001') next();
        else end(fail(`BIRD at ${socketFile} greets with ${code} ${text}`));
        return;
      }
      replies.push({ code, text });
      if (/^[89]/.test(code)) end(ok(replies));
      else next();
    };
    socket.setEncoding('utf8');
    socket.on(
      'data',
      lineReader(take, () => end(fail(`${socketFile} does not speak as BIRD does`))),
    );
    socket.on('error', (error) =>
      end(fail(`BIRD cannot be reached at ${socketFile}: ${systemErrorText(error)}`)),
    );
    socket.on('close', () => end(fail(`BIRD at ${socketFile} has closed the connection`)));
  });
}
