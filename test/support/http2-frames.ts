/** HTTP/2 as octets (RFC 9113), where a client is to write what node:http2 would not. */

const DATA = 0;
const HEADERS = 1;
const PRIORITY = 2;
const RESET = 3;
const SETTINGS = 4;
const PING = 6;
const WINDOW_UPDATE = 8;
const CONTINUATION = 9;
const END_STREAM = 1;
const END_HEADERS = 4;
/** RFC 9113 §6.2. */
const WHOLE = END_STREAM | END_HEADERS;
const HEADER_OCTETS = 9;

/** What a client says first: its preface, and settings that change nothing. */
export const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(SETTINGS, 0, 0, Buffer.alloc(0)),
]);

/** A whole GET; with a `user-agent`, if one is given. */
export function request(stream: number, path: string, agent?: string): Buffer {
  // RFC 7541: GET and https of the static table, then :path, :authority and user-agent as literals.
  const fields = [Buffer.of(0x82, 0x87, 0x04), literal(path), Buffer.of(0x01), literal('a')];
  if (agent !== undefined) fields.push(Buffer.of(0x0f, 0x2b), literal(agent));
  return frame(HEADERS, WHOLE, stream, Buffer.concat(fields));
}

/** A whole POST. */
export function posted(stream: number, path: string, message: Buffer, agent: string): Buffer {
  const fields = [...postFields(path), Buffer.of(0x0f, 0x2b), literal(agent)];
  return Buffer.concat([
    frame(HEADERS, END_HEADERS, stream, Buffer.concat(fields)),
    frame(DATA, END_STREAM, stream, message),
  ]);
}

/** RFC 7541: POST and https of the static table; :path, :authority and content-type as literals, as user-agent is. */
function postFields(path: string): Buffer[] {
  return [
    Buffer.of(0x83, 0x87, 0x04),
    literal(path),
    Buffer.of(0x01),
    literal('a'),
    Buffer.of(0x0f, 0x10),
    literal('application/dns-message'),
  ];
}

/** The beginning of a POST, with so many more fields; they go on in CONTINUATION, if there are many. */
export function begun(stream: number, path: string, fields = 0): Buffer {
  const more = Array.from({ length: fields }, (_, index) => [
    Buffer.of(0),
    literal(`x-field-number-${index}`),
    literal('value'.repeat(10)),
  ]);
  const block = Buffer.concat([...postFields(path), ...more.flat()]);
  const cut = Math.ceil(block.length / 2);
  if (fields === 0) return frame(HEADERS, END_HEADERS, stream, block);
  return Buffer.concat([
    frame(HEADERS, 0, stream, block.subarray(0, cut)),
    frame(CONTINUATION, END_HEADERS, stream, block.subarray(cut)),
  ]);
}

/** A part of a body. */
export function part(stream: number, octets: Buffer, isLast = false): Buffer {
  return frame(DATA, isLast ? END_STREAM : 0, stream, octets);
}

/** Frames that ask for nothing; the first two are acknowledged. */
export const CONTROL = Buffer.concat([
  frame(PING, 0, 0, Buffer.alloc(8)),
  // RFC 9113 §6.5.2: SETTINGS_INITIAL_WINDOW_SIZE, as it is anyway.
  frame(SETTINGS, 0, 0, Buffer.of(0, 4, 0, 0, 0xff, 0xff)),
  frame(PRIORITY, 0, 1, Buffer.of(0, 0, 0, 3, 16)),
  frame(WINDOW_UPDATE, 0, 0, Buffer.of(0, 0, 0, 1)),
]);

/** Gives a stream up. */
export function reset(stream: number): Buffer {
  return frame(RESET, 0, stream, Buffer.of(0, 0, 0, 8));
}

/** How many bodies end in whole frames. */
export function bodiesIn(frames: Buffer): number {
  let bodies = 0;
  for (let at = 0; at < frames.length; at += HEADER_OCTETS + frames.readUIntBE(at, 3))
    if (frames[at + 3] === DATA && ((frames[at + 4] ?? 0) & END_STREAM) !== 0) bodies += 1;
  return bodies;
}

function literal(text: string): Buffer {
  return Buffer.concat([Buffer.of(text.length), Buffer.from(text)]);
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_OCTETS);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}
