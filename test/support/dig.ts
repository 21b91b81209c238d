/** Answers as a client we did not write sees them. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What to give `skip`: false where the program is there, else the reason to print. */
export function missing(program: string): string | false {
  return spawnSync('which', [program]).status === 0 ? false : `${program} is not installed`;
}

/** The lines `dig +short` prints. One try: what is lost is seen. */
export async function digShort(port: number, ...question: string[]): Promise<string[]> {
  return (await dig(port, ...question, '+short')).split('\n').filter((line) => line !== '');
}

/** All that `dig` prints. */
export async function dig(port: number, ...question: string[]): Promise<string> {
  const { stdout } = await run('dig', [
    '@127.0.0.1',
    '-p',
    String(port),
    '+tries=1',
    '+time=10',
    ...question,
  ]);
  return stdout;
}
