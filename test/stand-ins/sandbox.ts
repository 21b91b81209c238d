/**
 * Runs in a sandbox before its program, and gives policies a function by which the process itself does
 * harm: `standIn('hang')`. It is called from within a policy's isolate and runs outside of it, where no
 * timeout of V8 reaches. So tests have what single calls of V8 and isolated-vm have done to the process,
 * without the inputs that made them do it.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';
import type Ivm from 'isolated-vm';

/** Taken before the process gives up its rights. */
const dlopen = process.dlopen.bind(process);
const { writeSync } = fs;
/** V8 writes as much when it ends a process. */
const COMPLAINT = '#\n# Fatal error in , line 0\n# stand-in: the process cannot go on\n#\n';
const PIECE = 1 << 22;
/** Octets after which it is satisfied, so that no machine is lost if nobody stops it. */
const MOST_EATEN = 3 * 1024 ** 3;

const HARMS: Readonly<Record<string, (milliseconds?: number) => void>> = {
  /** Computes without end. */
  hang: () => compute(Number.POSITIVE_INFINITY),
  /** Computes for so long, in one piece. */
  compute: (milliseconds = 0) => compute(milliseconds),
  /** Computes without end once the call of the policy is over, before the host is told what became of it. */
  'hang later': () => {
    isToHang = true;
  },
  crash: () => {
    writeSync(2, COMPLAINT);
    process.abort();
  },
  /** Takes memory, and computes without end. */
  eat: () => {
    const eaten: Buffer[] = [];
    while (eaten.length * PIECE < MOST_EATEN) eaten.push(Buffer.alloc(PIECE, 1));
    compute(Number.POSITIVE_INFINITY);
  },
};

let isToHang = false;

function compute(milliseconds: number): void {
  for (const until = performance.now() + milliseconds; performance.now() < until; );
}

function harm(what: string, milliseconds?: number): void {
  if (HARMS[what] === undefined) throw new Error(`There is no stand-in "${what}"`);
  HARMS[what](milliseconds);
}

/** isolated-vm, but each policy finds `standIn`. Its own classes cannot be changed. */
function withStandIns(ivm: typeof Ivm): typeof Ivm {
  class Isolate extends ivm.Isolate {
    override createContextSync(options?: Ivm.ContextOptions): Ivm.Context {
      const context = super.createContextSync(options);
      context.global.setSync('standIn', new ivm.Callback(harm));
      return context;
    }
  }
  return Object.create(ivm, { Isolate: { value: Isolate } }) as typeof Ivm;
}

process.dlopen = (module: { exports: { ivm?: typeof Ivm } }, ...given: [string]): void => {
  dlopen(module, ...given);
  const { ivm } = module.exports;
  if (ivm !== undefined) module.exports = { ivm: withStandIns(ivm) };
};

Object.assign(fs, {
  writeSync: (...given: Parameters<typeof writeSync>): number => {
    if (isToHang) compute(Number.POSITIVE_INFINITY);
    return writeSync(...given);
  },
});
syncBuiltinESMExports();
