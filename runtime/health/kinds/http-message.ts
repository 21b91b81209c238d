/**
 * Reads what follows the status of an HTTP/1.1 response: headers, and the body as far as somebody looks for something
 * in it. Only what says where the body ends is understood (RFC 9112 §6, §7.1); a line may end in a bare LF.
 */

const LF = 0x0a;
/** Octets of one line of headers or of a chunk's size; what is longer is cut, and ends like any other. */
const MOST_LINE = 8192;
/** Headers that are kept. */
const MOST_HEADERS = 200;

/** What a message is made of, in this order; a body in chunks has the last three again and again. */
type Part = 'headers' | 'size' | 'body' | 'end';

export class HttpMessage {
  readonly #take: (octets: Uint8Array) => void;
  readonly #headers = new Map<string, string>();
  #line: Buffer = Buffer.alloc(0);
  #part: Part = 'headers';
  #isChunked = false;
  /** Octets of the body, or of the chunk, that are yet to come. */
  #left = Number.POSITIVE_INFINITY;

  readonly #hasBody: boolean;

  /** `take` gets the octets of the body. `hasBody`: whether a response of that status has one. */
  constructor(take: (octets: Uint8Array) => void, hasBody = true) {
    this.#take = take;
    this.#hasBody = hasBody;
  }

  /** The value of a header, by its name in lower case; of several the first. */
  header(name: string): string | undefined {
    return this.#headers.get(name);
  }

  /** Whether all headers have come. */
  get hasHeaders(): boolean {
    return this.#part !== 'headers';
  }

  /** Whether the whole message has come, as far as it says where it ends. */
  get isComplete(): boolean {
    return this.#part === 'end';
  }

  /** Takes the next octets behind the status line. */
  read(octets: Uint8Array): void {
    for (let at = 0; at < octets.length && this.#part !== 'end'; ) {
      at = this.#part === 'body' ? this.#readBody(octets, at) : this.#readLine(octets, at);
    }
  }

  #readBody(octets: Uint8Array, at: number): number {
    const piece = octets.subarray(at, at + Math.min(this.#left, octets.length - at));
    this.#take(piece);
    this.#left -= piece.length;
    if (this.#left === 0) this.#part = this.#isChunked ? 'size' : 'end';
    return at + piece.length;
  }

  #readLine(octets: Uint8Array, at: number): number {
    const end = octets.indexOf(LF, at);
    const piece = octets.subarray(at, end === -1 ? undefined : end);
    this.#line = Buffer.concat([this.#line, piece]).subarray(0, MOST_LINE);
    if (end === -1) return octets.length;
    const line = this.#line.toString('latin1').replace(/\r$/, '');
    this.#line = Buffer.alloc(0);
    if (this.#part === 'headers') this.#takeHeader(line);
    else this.#takeSize(line);
    return end + 1;
  }

  #takeHeader(line: string): void {
    if (line === '') {
      this.#beginBody();
      return;
    }
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon > 0 && !this.#headers.has(name) && this.#headers.size < MOST_HEADERS)
      this.#headers.set(name, line.slice(colon + 1).trim());
  }

  #beginBody(): void {
    if (!this.#hasBody) {
      this.#part = 'end';
      return;
    }
    this.#isChunked = /(?:^|,)\s*chunked\s*$/i.test(this.header('transfer-encoding') ?? '');
    // RFC 9112 §6.3: chunks count for more than a length.
    const length = this.#isChunked ? undefined : this.header('content-length');
    if (length !== undefined && /^\d{1,15}$/.test(length)) this.#left = Number(length);
    this.#part = this.#isChunked ? 'size' : this.#left === 0 ? 'end' : 'body';
  }

  /** The line break behind a chunk is an empty line. What is no size ends the message: nobody knows what follows. */
  #takeSize(line: string): void {
    if (line === '') return;
    const [, digits] = /^([0-9a-f]{1,8})\s*(?:;.*)?$/i.exec(line) ?? [];
    this.#left = digits === undefined ? 0 : Number.parseInt(digits, 16);
    this.#part = this.#left === 0 ? 'end' : 'body';
  }
}
