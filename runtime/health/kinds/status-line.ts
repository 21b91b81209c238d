/**
 * Finds the status in what an HTTP server sends, and looks at nothing behind it: whatever else is wrong with the
 * headers or the body, the server has said how it is. A line may end in a bare LF (RFC 9112 §2.2). Checks that look for
 * more read on behind it (http-message.ts).
 */

/** The most octets of a status line. */
const MOST_LINE = 8192;
const LF = 0x0a;
/** RFC 9112 §4; the space before an absent reason is missing as often as not. */
const STATUS_LINE = /^HTTP\/1\.\d (\d{3})(?: .*)?$/s;

export type Found =
  | { readonly kind: 'more' }
  /** `end`: where the octets read last go on behind the line. */
  | { readonly kind: 'status'; readonly status: number; readonly end: number }
  /** It speaks something else; `line` is how it began. */
  | { readonly kind: 'foreign'; readonly line: string };

export class StatusLine {
  /** Octets of the line that has not ended. */
  #line: Buffer = Buffer.alloc(0);
  /** Whether the headers of an interim response are being passed over. */
  #isPassing = false;

  /** Takes the next octets. */
  read(octets: Buffer): Found {
    for (let start = 0; ; ) {
      const end = octets.indexOf(LF, start);
      const piece = octets.subarray(start, end === -1 ? undefined : end);
      // Of a header that is passed over only its length counts, and only as far as zero.
      const isLong = this.#line.length + piece.length > MOST_LINE;
      this.#line = Buffer.concat([this.#line, piece.subarray(0, MOST_LINE)]).subarray(0, MOST_LINE);
      if (end === -1) return isLong && !this.#isPassing ? this.#foreign() : this.#judgeStart();
      const found = this.#takeLine(end + 1);
      if (found.kind !== 'more') return found;
      start = end + 1;
    }
  }

  #takeLine(end: number): Found {
    const line = this.#text();
    if (this.#isPassing) {
      this.#isPassing = line !== '';
      this.#line = Buffer.alloc(0);
      return MORE;
    }
    const [, digits] = STATUS_LINE.exec(line) ?? [];
    if (digits === undefined) return this.#foreign();
    const status = Number(digits);
    // RFC 9110 §15.2: any number of interim responses may come first; 101 is the last that is HTTP.
    const isInterim = status >= 100 && status <= 199 && status !== 101;
    if (!isInterim) return { kind: 'status', status, end };
    this.#isPassing = true;
    this.#line = Buffer.alloc(0);
    return MORE;
  }

  /** A server that begins otherwise need not be heard out: it may wait for us without ending its line. */
  #judgeStart(): Found {
    const start = this.#line.subarray(0, HTTP.length).toString('latin1');
    return this.#isPassing || HTTP.startsWith(start) ? MORE : this.#foreign();
  }

  #foreign(): Found {
    return { kind: 'foreign', line: this.#text() };
  }

  #text(): string {
    return this.#line.toString('latin1').replace(/\r$/, '');
  }
}

const HTTP = 'HTTP/1.';
const MORE: Found = { kind: 'more' };
