/** A server that is there and gone in turn, at all addresses of this machine, in a process of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import process from 'node:process';
import { freePort } from '../support/ports.ts';

export class FlippingServer {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#child = child;
  }

  static async start(): Promise<FlippingServer> {
    const port = await freePort();
    const child = fork(import.meta.filename, [String(port)]);
    await once(child, 'message');
    return new FlippingServer(port, child);
  }

  /** Begins to accept connections, or ends it; resolves when that is so. */
  async turn(on: boolean): Promise<void> {
    const turned = once(this.#child, 'message');
    this.#child.send(on);
    await turned;
  }

  stop(): void {
    this.#child.kill();
  }
}

if (import.meta.main) {
  const port = Number(process.argv[2]);
  let server: Server | undefined;
  const turn = async (on: boolean): Promise<void> => {
    server?.close();
    server = undefined;
    if (on) {
      server = createServer((socket) => socket.on('error', () => {}).destroy());
      await once(server.listen({ port, host: '0.0.0.0', backlog: 4096 }), 'listening');
    }
    process.send?.('turned');
  };
  process.on('message', (on) => void turn(on === true));
  void turn(true);
}
