/** Processes that are started as sandboxes and behave otherwise. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { lowerPriority } from '../../runtime/base/process/priority.ts';
import { childHere, type SandboxChild } from '../../runtime/runner/process/child.ts';
import { sandboxCommand, spawnCommand } from '../../runtime/runner/process/program.ts';
import { withSandboxStandIns } from '../stand-ins/command.ts';
import { BIN, isBuilt } from '../support/bin.ts';

/** A sandbox, but policies can have its process do harm: ../stand-ins/sandbox.js. */
export function sandboxWithStandIns(priority: number): SandboxChild {
  const [program, ...args] = isBuilt ? builtCommand() : sandboxCommand();
  const child = childHere(spawnCommand([program, ...withSandboxStandIns(args)]));
  lowerPriority(child.pid, priority);
  return child;
}

/** The program that is built, which may read all that is. */
function builtCommand(): ReturnType<typeof sandboxCommand> {
  const built = path.dirname(BIN);
  const main = path.join(built, 'sandbox/main.js');
  const [program, ...args] = sandboxCommand(main);
  return [program, ...args.toSpliced(args.indexOf(main), 0, `--allow-fs-read=${built}${path.sep}`)];
}

/** A process that runs this code, with functions to `send` messages and to `write` any octets at all. */
export function impostor(code: string): SandboxChild {
  const prelude = `
    const { writeSync, readSync } = require('node:fs');
    const write = (octets) => writeSync(3, octets);
    const send = (...messages) => {
      const body = Buffer.from(JSON.stringify(messages));
      const length = Buffer.alloc(4);
      length.writeUInt32BE(body.length);
      write(Buffer.concat([length, body]));
    };
    const wait = () => readSync(3, Buffer.alloc(65536));`;
  return childHere(
    spawn(process.execPath, ['-e', prelude + code], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] }),
  );
}
