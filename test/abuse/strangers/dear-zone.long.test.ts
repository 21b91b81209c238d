/**
 * A zone whose records are as dear to answer by as records can be: a set that no message holds, and thousands of servers of
 * one delegation, whose names have as many labels as names can have.
 */
import { createSocket } from 'node:dgram';
import dnsPacket from 'dns-packet';
import { dial, pour, repeated } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

const RECORDS = 200_000;
/** As many as a message has room for, by what they take without compression. */
const SERVERS = 240;
/** Milliseconds between two queries for the large set: each was twenty of the server's loop once. */
const PAUSE_MS = 5;

const addresses = Array.from(
  { length: RECORDS },
  (_, index) => `large A 10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
);
const deep = Array.from({ length: 110 }, (_, depth) => String.fromCharCode(97 + (depth % 26))).join('.');
const servers = Array.from({ length: SERVERS }, (_, index) => `cut NS n${index}.${deep}`);

function query(name: string, type: 'A' | 'AXFR' = 'A'): Buffer {
  return dnsPacket.encode({ type: 'query', id: 1, questions: [{ type, name }] });
}

export const attack: StrangerAttack = {
  title: 'A zone that is dear to answer by',
  files: { 'dear.example.zone': `$TTL 30\n${[...addresses, ...servers].join('\n')}\n` },
  strike: async ({ port }) => {
    const socket = createSocket('udp4').on('message', () => {});
    const large = query('large.dear.example');
    // It is served once the file is read.
    await new Promise<void>((resolve) => {
      const look = setInterval(() => socket.send(large, port, '127.0.0.1'), 50);
      socket.on('message', (reply) => {
        if (!dnsPacket.decode(reply).flag_tc) return;
        clearInterval(look);
        resolve();
      });
    });
    setInterval(() => socket.send(large, port, '127.0.0.1'), PAUSE_MS);
    const referral = query('www.cut.dear.example');
    const chunk = repeated(Buffer.concat([Buffer.of(0, referral.length), referral]), 100);
    for (let index = 0; index < 16; index += 1) {
      const flood = dial(port, index);
      flood.on('connect', () => pour(flood, chunk)).resume();
    }
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
