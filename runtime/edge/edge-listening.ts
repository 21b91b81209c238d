/** Where an edge process listens, with the part of serving/listening.ts that orders are for. */
import type { Server as HttpServer } from 'node:http';
import type { Http2Server, ServerHttp2Session } from 'node:http2';
import { createServer, type Server } from 'node:net';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { assert } from '../base/assert.ts';
import { loop } from '../base/loop/loop-watch.ts';
import { type SocketAddress, socketAddressToText } from '../base/net/socket-address.ts';
import type { EdgeSettings, TlsSecrets } from '../rpc/answer-settings.ts';
import type { SandboxLanes } from '../runner/lanes/lanes.ts';
import type { ControlLine } from '../serving/control-line.ts';
import type { Listening } from '../serving/listening.ts';
import { type Account, becomeAccount } from '../transport/privileges.ts';
import { cannotListen } from '../transport/sockets/cannot-listen.ts';
import { Credentials } from '../transport/streams/credentials.ts';
import { http1Server } from './http1.ts';
import { http2Server } from './http2.ts';
import type { Redirector } from './redirector.ts';

/** Milliseconds for requests on their way when the process leaves. */
const LEAVE_MS = 500;

export interface EdgeListeningParts {
  readonly settings: EdgeSettings;
  readonly account: Account | undefined;
  readonly sandbox: Pick<SandboxLanes, 'startedIfNeeded' | 'stop'>;
  readonly redirector: Redirector;
  readonly control: ControlLine;
}

export class EdgeListening implements Pick<Listening, keyof Listening> {
  readonly #parts: EdgeListeningParts;
  readonly #http1: HttpServer;
  readonly #http2: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #servers: Server[] = [];
  #credentials: Credentials | undefined;
  #isLeaving = false;

  constructor(parts: EdgeListeningParts) {
    this.#parts = parts;
    const { redirector, settings } = parts;
    const http = { redirector, settings, isLeaving: () => this.#isLeaving };
    this.#http1 = http1Server(http);
    // Node begins to look at the times of connections once a server listens, and this one is handed its connections.
    this.#http1.emit('listening');
    this.#http2 = http2Server(http);
    this.#http2.on('session', (session) => {
      this.#sessions.add(session);
      session.once('close', () => this.#sessions.delete(session));
    });
  }

  get hasBegun(): boolean {
    return this.#servers.length > 0;
  }

  /** Opens the addresses and sends control `ready`; or sends `fatal` and ends the process. */
  async begin(): Promise<void> {
    const { sandbox, control, account, settings } = this.#parts;
    try {
      await sandbox.startedIfNeeded();
      const { listen, tls } = settings.redirect;
      const listening: string[] = [];
      for (const at of listen) listening.push(`http://${await this.#open(this.#plain(), at)}`);
      for (const at of tls.listen) listening.push(`https://${await this.#open(this.#secured(), at)}`);
      if (account !== undefined) becomeAccount(account);
      loop.start((event) => control.tell({ t: 'stall', event }));
      control.tell({ t: 'ready', listening, udp: { kind: 'dgram' } });
    } catch (error) {
      await sandbox.stop();
      control.tellLast(error instanceof Error ? error.message : String(error), () => process.exit(1));
    }
  }

  /** An edge process holds no sockets of DNS. */
  async adopt(): Promise<void> {}
  async leave(): Promise<void> {}
  use(): void {}

  /** Uses these secrets for new handshakes from now on. */
  setSecrets(secrets: TlsSecrets): void {
    if (this.#credentials === undefined) this.#credentials = new Credentials(secrets);
    else this.#credentials.change(secrets);
  }

  /** Takes no new connections, and ends each behind its next reply, or when it has none on its way. */
  async close(): Promise<void> {
    this.#isLeaving = true;
    for (const server of this.#servers) server.close();
    this.#http1.closeIdleConnections();
    for (const session of this.#sessions) session.close();
    await sleep(LEAVE_MS);
    this.#http1.closeAllConnections();
    for (const session of this.#sessions) session.destroy();
  }

  #plain(): Server {
    return createServer({ noDelay: true }, (socket) => this.#http1.emit('connection', socket));
  }

  #secured(): Server {
    const credentials = this.#credentials;
    assert(credentials !== undefined, 'control sends secrets before "listen"');
    const server = createTlsServer(
      { ...credentials.options, ALPNProtocols: ['h2', 'http/1.1'], noDelay: true },
      (socket) => {
        const { alpnProtocol } = socket;
        (alpnProtocol === 'h2' ? this.#http2 : this.#http1).emit('connection', socket);
      },
    );
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    credentials.onChange(() => server.setSecureContext(credentials.options));
    return server;
  }

  /** Several processes may have one address (SO_REUSEPORT): a successor listens before its predecessor leaves. */
  #open(server: Server, at: SocketAddress): Promise<string> {
    server.maxConnections = this.#parts.settings.limits.connections;
    return new Promise((resolve, reject) => {
      server.once('error', (error) => reject(cannotListen(error, 'http', at)));
      server.listen({ host: at.address, port: at.port, reusePort: true }, () => {
        this.#servers.push(server);
        const { address, port } = server.address() as { address: string; port: number };
        server.removeAllListeners('error');
        // Whoever has no descriptor left for a connection goes on with those there are.
        server.on('error', () => {});
        resolve(socketAddressToText({ address, port }));
      });
    });
  }
}
