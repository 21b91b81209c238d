/** What does not fit: TC over UDP, the whole answer over TCP (RFC 2181 §9, RFC 9471). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Transport } from '../../runtime/wire/transport.ts';
import { Server } from './server.ts';

/** As many records of one name as it takes. */
function many(owner: string, count: number): string {
  return Array.from(
    { length: count },
    (_, index) => `${owner} 300 A 192.0.${index >> 8}.${index & 255}\n`,
  ).join('');
}

const SERVERS = Array.from({ length: 40 }, (_, index) => `a-name-server-with-a-name-of-its-own-${index}.sub`);
const server = new Server();
server.put({
  records: [
    many('forty', 40),
    many('hundred', 100),
    many('vast', 4100),
    'mail 300 MX 10 hundred\n',
    'alias 300 CNAME hundred\n',
    ...SERVERS.map((name) => `sub 300 NS ${name}\n`),
    `glued 300 NS ns.glued\n${many('ns.glued', 100)}`,
    `far 300 NS hundred\n`,
  ].join(''),
});

interface Case {
  readonly size?: number;
  readonly transport?: Transport;
  /** Records in the answer, and in the additional section. */
  readonly expected: readonly [status: string, answers: number, authorities: number, additionals: number];
}

const CASES: Readonly<Record<string, readonly [question: string, Case]>> = {
  '40 addresses do not fit 512 octets, which is what counts without EDNS': [
    'forty.example.com A',
    { expected: ['NOERROR aa tc', 0, 0, 0] },
  ],
  '40 addresses fit the 1232 that we offer': [
    'forty.example.com A',
    { size: 4096, expected: ['NOERROR aa', 40, 0, 0] },
  ],
  'Less than 512 counts as 512': ['forty.example.com A', { size: 1, expected: ['NOERROR aa tc', 0, 0, 0] }],
  'What the client offers counts where it is less': [
    'forty.example.com A',
    { size: 600, expected: ['NOERROR aa tc', 0, 0, 0] },
  ],
  '100 addresses do not fit, however much the client offers': [
    'hundred.example.com A',
    { size: 4096, expected: ['NOERROR aa tc', 0, 0, 0] },
  ],
  'Over TCP all is there': [
    'hundred.example.com A',
    { transport: 'tcp', expected: ['NOERROR aa', 100, 0, 0] },
  ],
  'A CNAME whose target does not fit is cut with it': [
    'alias.example.com A',
    { size: 1232, expected: ['NOERROR aa tc', 0, 0, 0] },
  ],
  'Over TCP the CNAME leads somewhere': [
    'alias.example.com A',
    { transport: 'tcp', expected: ['NOERROR aa', 101, 0, 0] },
  ],
  'Additional addresses that do not fit stay out, and nobody has to ask again': [
    'mail.example.com MX',
    { size: 1232, expected: ['NOERROR aa', 1, 0, 0] },
  ],
  'Over TCP they are there': [
    'mail.example.com MX',
    { transport: 'tcp', expected: ['NOERROR aa', 1, 0, 100] },
  ],
  'A referral that does not fit is cut': [
    'www.sub.example.com A',
    { size: 1232, expected: ['NOERROR tc', 0, 0, 0] },
  ],
  'Glue without which a referral leads nowhere must fit (RFC 9471 §3.1)': [
    'www.glued.example.com A',
    { size: 1232, expected: ['NOERROR tc', 0, 1, 0] },
  ],
  'Over TCP the glue is there': [
    'www.glued.example.com A',
    { transport: 'tcp', expected: ['NOERROR', 0, 1, 100] },
  ],
  'What no message can hold is SERVFAIL over TCP, and TC over UDP': [
    'vast.example.com A',
    { transport: 'tcp', expected: ['SERVFAIL', 0, 0, 0] },
  ],
  'Addresses of a name server elsewhere may stay out': [
    'www.far.example.com A',
    { size: 1232, expected: ['NOERROR', 0, 1, 0] },
  ],
};

for (const [claim, [question, { size, transport = 'udp', expected }]] of Object.entries(CASES)) {
  test(claim, () => {
    const edns = size === undefined ? {} : { edns: { udpPayloadSize: size } };
    const [status, ...records] = server.ask({ question, transport, ...edns });
    const authorities = records.filter((line) => line.startsWith('authority')).length;
    const additionals = records.filter((line) => line.startsWith('additional')).length;
    assert.deepEqual(
      [status, records.length - authorities - additionals, authorities, additionals],
      expected,
    );
  });
}
