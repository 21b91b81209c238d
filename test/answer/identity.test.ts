/** What a server says of itself: class CH (RFC 4892) and NSID (RFC 5001). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Asked, packet } from '../support/packet.ts';
import { replyToText } from '../support/reply.ts';
import { Server } from './server.ts';

const NSID = '0003 0000';
const NAMES = ['id.server.', 'hostname.bind.', 'version.server.', 'version.bind.'];

const silent = new Server();
const telling = new Server({ identity: { name: 'fra-1', version: 'ours' } });
for (const server of [silent, telling]) server.put({ records: 'www 300 A 192.0.2.1\n' });

function ask(server: Server, asked: Asked): string[] {
  let reply: string[] = [];
  const requester = {
    transport: 'udp' as const,
    address: '192.0.2.53',
    reply: (octets: Uint8Array): void => {
      reply = replyToText(Uint8Array.from(octets));
    },
  };
  assert.ok(server.responder.respond(packet(asked), requester));
  return reply;
}

test('A server that is not told what to say says nothing', () => {
  const www = 'answer www.example.com. 300 IN A 192.0.2.1';
  const asked = { question: 'www.example.com. A', opt: { options: NSID } };
  assert.deepEqual(ask(silent, asked), ['NOERROR qr aa', www, 'edns udp 1232']);
  for (const name of NAMES)
    assert.deepEqual(ask(silent, { question: `${name} TXT CH` }), ['REFUSED qr'], name);
});

test('One that is says it under both names that are in use, not to be kept', () => {
  for (const [index, name] of NAMES.entries()) {
    const said = index < 2 ? 'fra-1' : 'ours';
    const answer = ['NOERROR qr', `answer ${name} 0 CH TXT "${said}"`];
    assert.deepEqual(ask(telling, { question: `${name} TXT CH` }), answer);
    assert.deepEqual(ask(telling, { question: `${name} ANY CH` }), answer);
    assert.deepEqual(ask(telling, { question: `${name} A CH` }), ['REFUSED qr']);
  }
  assert.deepEqual(ask(telling, { question: 'ID.Server. TXT CH' }), [
    'NOERROR qr',
    'answer ID.Server. 0 CH TXT "fra-1"',
  ]);
  assert.deepEqual(ask(telling, { question: 'authors.bind. TXT CH' }), ['REFUSED qr']);
  assert.deepEqual(ask(telling, { question: 'www.example.com. A CH' }), ['REFUSED qr']);
  assert.deepEqual(ask(telling, { question: 'id.server. TXT' }), ['REFUSED qr']);
});

test('NSID is for those who ask for it, whatever becomes of their query', () => {
  const nsid = 'edns udp 1232, nsid "fra-1"';
  assert.deepEqual(ask(telling, { question: 'www.example.com. A', opt: {} }).at(-1), 'edns udp 1232');
  assert.deepEqual(ask(telling, { question: 'www.example.com. A', opt: { options: NSID } }).at(-1), nsid);
  assert.deepEqual(
    ask(telling, { question: 'www.example.com. A', opt: { options: '0003 0002 abcd' } }).at(-1),
    nsid,
  );
  assert.deepEqual(ask(telling, { opt: { options: NSID } }), ['FORMERR qr', nsid]);
  assert.deepEqual(ask(telling, { question: 'example.org. A', opt: { options: NSID } }), [
    'REFUSED qr',
    `edns udp 1232, error 20, nsid "fra-1"`,
  ]);
});

test('It has its room, however full the message is', () => {
  const full = new Server({ identity: { name: 'n'.repeat(255) } });
  // 12 octets of header, 25 of question, 11 of OPT: 464 are left of 512, and a record takes 16.
  full.put({ records: Array.from({ length: 29 }, (_, at) => `many 300 A 192.0.2.${at}\n`).join('') });
  const asked = (options: string) => ({ question: 'many.example.com. A', opt: { udpSize: 512, options } });
  assert.equal(ask(full, asked('')).length, 1 + 29 + 1);
  assert.deepEqual(ask(full, asked(NSID)), ['NOERROR qr aa tc', `edns udp 1232, nsid "${'n'.repeat(255)}"`]);
});
