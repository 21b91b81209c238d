/**
 * Sends messages and runs to a sandbox: those of one turn of the event loop go with one system call, and runs of one
 * policy that are alike share a frame, which is one call into the policy's isolate.
 */
import { encodeFrames, messagesText } from '../../rpc/framing.ts';
import { type RunQuestion, runLine, runsHead } from '../../rpc/run-text.ts';
import type { FactsData, RunLimits } from '../../rpc/sandbox-protocol.ts';

/** Characters that are sent together; so scripts of many policies are not. */
const MOST_BATCH = 262_144;
/** Runs of one call: with more nobody would gain, and the replies to the first would wait for the last. */
const MOST_TOGETHER = 32;

/** A run to be sent. */
export interface RunToSend extends RunLimits {
  readonly id: number;
  readonly ask: RunQuestion & { readonly key: string };
  /** Whether it is told where its client is. */
  readonly hasPlace: boolean;
  /** Whether it is to have a call of its own. */
  readonly isAlone: boolean;
  /** Noted here: whether it has not. */
  sharesCall: boolean;
}

export class FrameWriter {
  readonly #write: (frames: Uint8Array) => void;
  /** Texts of whole frames. */
  #frames: string[] = [];
  /** Messages for the next frame. */
  #messages: string[] = [];
  /** The last run of the frame that more runs may join, and the text of the frame so far. */
  #last: RunToSend | undefined;
  #health: FactsData['health'] | undefined;
  #text = '';
  #room = 0;
  #characters = 0;
  #isDue = false;
  readonly #onTurn = (): void => this.#flush();

  constructor(write: (frames: Uint8Array) => void) {
    this.#write = write;
  }

  /** Sends a message (as JSON), with all others of this turn of the event loop. */
  add(message: string): void {
    this.#endRuns();
    this.#messages.push(message);
    this.#note(message.length);
  }

  /** Sends a run, as {@link FrameWriter.add}. */
  addRun(run: RunToSend): void {
    const { ask, id } = run;
    const { health } = ask.facts;
    const line = runLine(ask, run.hasPlace);
    if (this.#last !== undefined && this.#joins(run)) {
      this.#last.sharesCall = true;
      run.sharesCall = true;
    } else {
      this.#endRuns();
      this.#endMessages();
      this.#text = runsHead(run, id, ask.key, health);
      this.#room = run.isAlone ? 1 : MOST_TOGETHER;
      this.#health = health;
    }
    this.#last = run;
    this.#room -= 1;
    this.#text += line;
    this.#note(line.length);
  }

  #joins({ id, ask, timeoutMs, wallMs, isAlone }: RunToSend): boolean {
    const last = this.#last;
    return (
      last !== undefined &&
      this.#room > 0 &&
      !isAlone &&
      last.id + 1 === id &&
      last.ask.key === ask.key &&
      last.timeoutMs === timeoutMs &&
      last.wallMs === wallMs &&
      this.#health === ask.facts.health
    );
  }

  #note(characters: number): void {
    this.#characters += characters;
    if (this.#characters > MOST_BATCH) this.#flush();
    else if (!this.#isDue) {
      this.#isDue = true;
      setImmediate(this.#onTurn);
    }
  }

  #endRuns(): void {
    if (this.#last === undefined) return;
    this.#frames.push(this.#text);
    this.#last = undefined;
  }

  #endMessages(): void {
    if (this.#messages.length === 0) return;
    this.#frames.push(messagesText(this.#messages));
    this.#messages = [];
  }

  #flush(): void {
    this.#isDue = false;
    this.#endRuns();
    this.#endMessages();
    const frames = this.#frames;
    this.#frames = [];
    this.#characters = 0;
    if (frames.length > 0) this.#write(encodeFrames(frames));
  }
}
