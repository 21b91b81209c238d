/**
 * An impostor of esbuild's process: passes on all that is said to the real one, until a source with a
 * marker comes by. Then it does harm, and never answers again. `node compiler.ts <esbuild> <arguments>`.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import process from 'node:process';

const PIECE = 1 << 24;
/** Octets after which it is satisfied, so that no machine is lost if nobody stops it. */
const MOST_EATEN = 3 * 1024 ** 3;

/** Marker → what is done about it. */
const HARMS: Readonly<Record<string, () => void>> = {
  'stand-in: crash': () => void process.kill(process.pid, 'SIGABRT'),
  'stand-in: stall': () => {
    for (;;);
  },
  'stand-in: eat': () => {
    const eaten: Buffer[] = [];
    const eat = (): void => {
      eaten.push(Buffer.alloc(PIECE, 1));
      if (eaten.length * PIECE < MOST_EATEN) setTimeout(eat, 2);
    };
    eat();
  },
};
const MARKER = new RegExp(Object.keys(HARMS).join('|'));
const LONGEST = Math.max(...Object.keys(HARMS).map(({ length }) => length));

const [program = '', ...args] = process.argv.slice(2);
// That is how it is told from other processes, and Node has named itself otherwise.
if (process.platform === 'linux') writeFileSync('/proc/self/comm', 'esbuild');
// What it complains of when this process ends before it is not what tests are to see.
const real = spawn(program, args, { stdio: ['pipe', 'inherit', 'ignore'] });
real.once('exit', (code) => process.exit(code ?? 1));
real.stdin.on('error', () => {});

/** The end of what has come, in which a marker may have begun. */
let before = '';
let isAnswering = true;
process.stdin.on('data', (chunk: Buffer) => {
  const text = before + chunk.toString('latin1');
  before = text.slice(1 - LONGEST);
  const marker = MARKER.exec(text)?.[0];
  isAnswering &&= marker === undefined;
  if (marker !== undefined) HARMS[marker]?.();
  if (isAnswering) real.stdin.write(chunk);
});
process.stdin.once('end', () => real.stdin.end());
