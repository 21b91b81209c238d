/** A DNS client over UDP that sends what `dns-packet` encodes and tells apart answers from silence. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import dnsPacket from 'dns-packet';

export interface Reply {
  readonly rcode: string;
  /** Answer section, as `type data`. */
  readonly answers: readonly string[];
}

export class Client {
  readonly #socket: Socket;
  readonly #port: number;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #nextId = 0;

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
    socket.on('message', (packet) => {
      const message = dnsPacket.decode(packet);
      const done = this.#waiting.get(message.id ?? -1);
      this.#waiting.delete(message.id ?? -1);
      done?.({
        // dns-packet keeps the code's name in a field its types leave out.
        rcode: (message as unknown as { rcode: string }).rcode,
        answers: (message.answers ?? []).map((answer) =>
          'data' in answer ? `${answer.type} ${String(answer.data as string | Buffer)}` : answer.type,
        ),
      });
    });
  }

  static async open(port: number): Promise<Client> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new Client(socket, port);
  }

  /** `undefined` when no answer comes within `patienceMs`. */
  ask(name: string, type: 'A' | 'AAAA' | 'TXT' = 'A', patienceMs = 2000): Promise<Reply | undefined> {
    this.#nextId = (this.#nextId + 1) & 0xffff;
    const id = this.#nextId;
    const packet = dnsPacket.encode({ type: 'query', id, questions: [{ type, name }] });
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        resolve(undefined);
      }, patienceMs);
      this.#waiting.set(id, (reply) => {
        clearTimeout(timer);
        resolve(reply);
      });
      this.#socket.send(packet, this.#port, '127.0.0.1');
    });
  }

  close(): void {
    this.#socket.close();
  }
}
