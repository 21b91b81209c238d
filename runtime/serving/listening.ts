/**
 * Where an answer process listens. Once its sandbox runs, it opens its addresses, or takes the sockets that
 * control holds for them; while another process is away, it reads from the sockets of that process as well.
 */
import process from 'node:process';
import type { TransportCounts } from '../answer/counting/stats.ts';
import { loop } from '../base/loop/loop-watch.ts';
import { socketAddressToText } from '../base/net/socket-address.ts';
import type { AnswerSettings, LiveSettings, SocketPlace, TlsSecrets } from '../rpc/answer-settings.ts';
import type { SandboxLanes } from '../runner/lanes/lanes.ts';
import type { Listener, OnQuery } from '../transport/listener.ts';
import { Listeners } from '../transport/listeners.ts';
import { type Account, becomeAccount } from '../transport/privileges.ts';
import { Credentials } from '../transport/streams/credentials.ts';
import type { ControlLine } from './control-line.ts';

export interface ListeningParts {
  readonly settings: AnswerSettings;
  /** The user to become once the addresses are bound. */
  readonly account: Account | undefined;
  /** The process listens once its policies can run, if it has any. */
  readonly sandbox: Pick<SandboxLanes, 'startedIfNeeded' | 'stop'>;
  readonly onQuery: OnQuery;
  readonly counters: TransportCounts;
  readonly control: ControlLine;
}

export class Listening {
  readonly #parts: ListeningParts;
  #settings: AnswerSettings;
  #credentials: Credentials | undefined;
  #listeners: Listeners | undefined;

  constructor(parts: ListeningParts) {
    this.#parts = parts;
    this.#settings = parts.settings;
  }

  /** Whether the process has sockets to read from, or is opening them. */
  get hasBegun(): boolean {
    return this.#listeners?.isEmpty === false;
  }

  /** Begins to listen and sends control `ready`; or sends `fatal` and ends the process. */
  async begin(sockets: readonly SocketPlace[] | undefined): Promise<void> {
    const { account, sandbox, onQuery, counters, control } = this.#parts;
    try {
      await sandbox.startedIfNeeded();
      const settings = this.#settings;
      this.#listeners = new Listeners(settings, {
        onQuery,
        counters,
        onFewer: (warning) => control.tell({ t: 'descriptors', warning }),
        credentials: this.#credentials,
      });
      const opened = await this.#listeners.open(settings.index, sockets);
      if (account !== undefined) becomeAccount(account);
      const listening = opened.map((listener) => placeOf(listener, settings.https.path));
      loop.start((event) => control.tell({ t: 'stall', event }));
      control.tell({
        t: 'ready',
        listening: [...new Set(listening)],
        udp: await this.#listeners.sockets(),
      });
    } catch (error) {
      await sandbox.stop();
      control.tellLast(textOf(error), () => process.exit(1));
    }
  }

  /**
   * Reads from the sockets of another process too. If that fails, control learns why, and this process goes
   * on with its own.
   */
  async adopt(set: number, sockets: readonly SocketPlace[]): Promise<void> {
    try {
      await this.#listeners?.open(set, sockets);
    } catch (error) {
      this.#parts.control.tell({ t: 'unadopted', reason: textOf(error) });
    }
  }

  /** Goes by these limits for new connections, and by these proxies for all that comes, from now on. */
  use(live: LiveSettings): void {
    this.#settings = { ...this.#settings, ...live };
    this.#listeners?.use(live);
  }

  /** Stops reading from the sockets of another process. */
  async leave(set: number): Promise<void> {
    await this.#listeners?.leave(set);
  }

  /** Uses these secrets for new handshakes from now on. */
  setSecrets(secrets: TlsSecrets): void {
    if (this.#credentials === undefined) this.#credentials = new Credentials(secrets);
    else this.#credentials.change(secrets);
  }

  /** Stops listening; resolves when the queries that were taken are answered. */
  async close(lingerMs = 0): Promise<void> {
    await this.#listeners?.close(lingerMs);
  }
}

/** `127.0.0.1:53`, for UDP and TCP; `tls://127.0.0.1:853`, `https://127.0.0.1:443/dns-query`. */
function placeOf({ transport, endpoint }: Listener, path: string): string {
  const address = socketAddressToText(endpoint);
  if (transport === 'tls') return `tls://${address}`;
  return transport === 'https' ? `https://${address}${path}` : address;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
