/** Sends messages to a sandbox: those of one turn of the event loop share a frame, and so one system call. */
import { encodeFrame } from '../../rpc/framing.ts';

/** Characters of messages that share a frame; so scripts of many policies do not share one. */
const MOST_BATCH = 262_144;

export class FrameWriter {
  readonly #write: (frame: Uint8Array) => void;
  #messages: string[] = [];
  #characters = 0;

  constructor(write: (frame: Uint8Array) => void) {
    this.#write = write;
  }

  /** Sends a message (as JSON), in one frame with all others of this turn of the event loop. */
  add(message: string): void {
    if (this.#messages.length === 0) setImmediate(() => this.#flush());
    this.#messages.push(message);
    this.#characters += message.length;
    if (this.#characters > MOST_BATCH) this.#flush();
  }

  #flush(): void {
    const messages = this.#messages;
    this.#messages = [];
    this.#characters = 0;
    if (messages.length > 0) this.#write(encodeFrame(messages));
  }
}
