/**
 * Runs in a sandbox before its program, and gives policies a function by which the process itself does
 * harm: `standIn('hang')`. It is called from within a policy's isolate and runs outside of it, where no
 * timeout of V8 reaches. So tests have what single calls of V8 and isolated-vm have done to the process,
 * without the inputs that made them do it. It is JavaScript, for no sandbox keeps what it makes of TypeScript: with the
 * program that is built, a process starts in two thirds of the time.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';

/** Taken before the process gives up its rights. */
const dlopen = process.dlopen.bind(process);
const { writeSync } = fs;
/** V8 writes as much when it ends a process. */
const COMPLAINT = '#\n# Fatal error in , line 0\n# stand-in: the process cannot go on\n#\n';
const PIECE = 1 << 22;
/** Octets after which it is satisfied, so that no machine is lost if nobody stops it. */
const MOST_EATEN = 3 * 1024 ** 3;

/** @type {Readonly<Record<string, (milliseconds?: number) => void>>} */
const HARMS = {
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
    const eaten = [];
    while (eaten.length * PIECE < MOST_EATEN) eaten.push(Buffer.alloc(PIECE, 1));
    compute(Number.POSITIVE_INFINITY);
  },
};

let isToHang = false;

/** @param {number} milliseconds */
function compute(milliseconds) {
  for (const until = performance.now() + milliseconds; performance.now() < until; );
}

/**
 * @param {string} what
 * @param {number} [milliseconds]
 */
function harm(what, milliseconds) {
  if (HARMS[what] === undefined) throw new Error(`There is no stand-in "${what}"`);
  HARMS[what](milliseconds);
}

/**
 * isolated-vm, but each policy finds `standIn`. Its own classes cannot be changed.
 * @param {import('isolated-vm')} ivm
 */
function withStandIns(ivm) {
  class Isolate extends ivm.Isolate {
    /** @override */
    createContextSync(options) {
      const context = super.createContextSync(options);
      context.global.setSync('standIn', new ivm.Callback(harm));
      return context;
    }
  }
  return Object.create(ivm, { Isolate: { value: Isolate } });
}

process.dlopen = (module, ...given) => {
  dlopen(module, ...given);
  const { ivm } = module.exports;
  if (ivm !== undefined) module.exports = { ivm: withStandIns(ivm) };
};

Object.assign(fs, {
  writeSync: (...given) => {
    if (isToHang) compute(Number.POSITIVE_INFINITY);
    return writeSync(...given);
  },
});
syncBuiltinESMExports();
