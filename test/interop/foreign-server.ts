/** Servers that others wrote, run on loopback for the length of a test file. */
import path from 'node:path';
import { NAME_SERVERS, type NameServer, type NameServerText } from '../support/name-servers.ts';
import { freePort } from '../support/ports.ts';
import { startProgram } from '../support/program.ts';

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
  const port = await freePort();
  const running = await startProgram({
    program,
    args: (folder) => args(path.join(folder, `${program}.conf`)),
    files: (folder) => ({ ...files, [`${program}.conf`]: config(port, folder) }),
    at: { address: '127.0.0.1', port },
    ready,
  });
  return {
    port,
    rewrite(file, text) {
      running.write(file, text);
      running.signal('SIGHUP');
    },
    pause: () => running.signal('SIGSTOP'),
    goOn: () => running.signal('SIGCONT'),
    stop: () => running.stop(),
  };
}

/** One of the name servers that zones come from and go to, given what the test adds to its configuration. */
export function startNameServer(
  program: NameServer,
  text: (port: number, folder: string) => Omit<NameServerText, 'port' | 'folder'>,
  files: Readonly<Record<string, string>> = {},
): Promise<ForeignServer> {
  const { args, ready, config } = NAME_SERVERS[program];
  return startForeign({
    program,
    args,
    ready,
    files,
    config: (port, folder) => config({ port, folder, ...text(port, folder) }),
  });
}
