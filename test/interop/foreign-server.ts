/** Servers that others wrote, run on loopback for the length of a test file. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../support/ports.ts';

export interface ForeignServer {
  readonly port: number;
  /** Writes a file in its folder, and has it read its files again. */
  rewrite(file: string, text: string): void;
  /** Stops its process, and lets it go on. */
  pause(): void;
  goOn(): void;
  stop(): Promise<void>;
}

export interface ForeignProgram {
  readonly program: string;
  /** Given the path of its configuration. */
  readonly args: (config: string) => readonly string[];
  /** Its configuration, given the port to listen on and a folder of its own. */
  readonly config: (port: number, folder: string) => string;
  /** Other files in that folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** What it prints when it answers. */
  readonly ready: string;
}

/** Starts a program and waits until it says that it is ready. */
export async function startForeign(options: ForeignProgram): Promise<ForeignServer> {
  const { program, args, config, files = {}, ready } = options;
  const folder = mkdtempSync(path.join(tmpdir(), `dnsteer-${program}-`));
  const port = await freePort();
  const configFile = path.join(folder, `${program}.conf`);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  writeFileSync(configFile, config(port, folder));
  const child = spawn(program, args(configFile), { stdio: ['ignore', 'ignore', 'pipe'] });
  let printed = '';
  for await (const text of child.stderr.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    printed += String(text);
    if (printed.includes(ready)) break;
  }
  if (!printed.includes(ready)) throw new Error(`${program} ended early:\n${printed}`);
  // Nobody reads on, but a full pipe would stop it.
  child.stderr.resume();
  return {
    port,
    rewrite(file, text) {
      writeFileSync(path.join(folder, file), text);
      child.kill('SIGHUP');
    },
    pause: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    async stop() {
      const ended = once(child, 'exit');
      if (child.exitCode === null && child.kill('SIGTERM')) await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
