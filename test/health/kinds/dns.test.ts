/** Questions to name servers: response codes, data, and answers that are none. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { type DecodedPacket, decode, encode, type Packet, streamDecode, streamEncode } from 'dns-packet';
import { HostNames } from '../../../runtime/health/names/host-names.ts';
import { atEnd } from '../../support/at-end.ts';
import { freePort } from '../../support/ports.ts';
import { closedPort, type Scope, tcpServer } from '../../support/servers.ts';
import { probed } from './probed.ts';

const TC = 0x0200;
const NXDOMAIN = 3;
const CHECK = { type: 'dns', name: 'Shop.example' };

test('NOERROR is good, with data or without, and the question is the check’s', async (t) => {
  const asked: unknown[] = [];
  const port = await udpServer(t, (query) => {
    asked.push([query.questions, query.flag_rd]);
    return replyTo(query);
  });
  assert.equal(await probed({ ...CHECK, port }), undefined);
  assert.equal(await probed({ ...CHECK, port, record: 'SOA' }), undefined);
  const name = 'shop.example';
  assert.deepEqual(asked, [
    [[{ name, type: 'A', class: 'IN' }], true],
    [[{ name, type: 'SOA', class: 'IN' }], true],
  ]);
});

test('Another response code is bad, unless it is the one that is wanted', async (t) => {
  const port = await udpServer(t, (query) => replyTo(query, { flags: NXDOMAIN }));
  assert.equal(await probed({ ...CHECK, port }), 'Response code NXDOMAIN');
  assert.equal(await probed({ ...CHECK, port, rcode: 'NXDOMAIN' }), undefined);
  assert.equal(await probed({ ...CHECK, port, rcode: ['NOERROR', 'NXDOMAIN'] }), undefined);
  assert.equal(await probed({ ...CHECK, port, rcode: ['REFUSED'] }), 'Response code NXDOMAIN');
});

test('All data that is expected has to be there, at the end of aliases as well', async (t) => {
  const port = await udpServer(t, (query) =>
    replyTo(query, {
      answers: [
        { type: 'CNAME', name: 'shop.example', data: 'www.example' },
        { type: 'A', name: 'www.example', data: '192.0.2.1' },
        { type: 'A', name: 'www.example', data: '192.0.2.2' },
      ],
    }),
  );
  const expect = ['192.0.2.2', '192.0.2.1'];
  assert.equal(await probed({ ...CHECK, port, expect }), undefined);
  assert.equal(await probed({ ...CHECK, port, expect: '192.0.2.1' }), undefined);
  assert.equal(
    await probed({ ...CHECK, port, expect: '192.0.2.3' }),
    '192.0.2.3 is not in the answer, which has 192.0.2.1, 192.0.2.2',
  );
  assert.equal(await probed({ ...CHECK, port, record: 'CNAME', expect: 'WWW.example' }), undefined);
  assert.equal(
    await probed({ ...CHECK, port, record: 'TXT', expect: 'ready; go' }),
    '"ready; go" is not in the answer, which has no TXT record',
  );
});

test('Texts are compared as they are', async (t) => {
  const port = await udpServer(t, (query) =>
    replyTo(query, { answers: [{ type: 'TXT', name: 'shop.example', data: 'State: Ready' }] }),
  );
  const check = { ...CHECK, port, record: 'TXT' };
  assert.equal(await probed({ ...check, expect: 'State: Ready' }), undefined);
  assert.match((await probed({ ...check, expect: 'state: ready' })) ?? '', /is not in the answer/);
});

test('What does not fit UDP is asked for over TCP, where data is expected', async (t) => {
  const whole: Partial<Packet> = { answers: [{ type: 'A', name: 'shop.example', data: '192.0.2.1' }] };
  let streams = 0;
  const port = await tcpServer(t, (socket) => {
    streams += 1;
    socket.once('data', (octets: Buffer) => socket.write(streamEncode(replyTo(streamDecode(octets), whole))));
  });
  await udpServer(t, (query) => replyTo(query, { flags: TC }), port);
  assert.equal(await probed({ ...CHECK, port }), undefined);
  assert.equal(streams, 0);
  assert.equal(await probed({ ...CHECK, port, expect: '192.0.2.1' }), undefined);
  assert.equal(await probed({ ...CHECK, port, expect: '192.0.2.1', transport: 'tcp' }), undefined);
  assert.equal(streams, 2);
});

test('Silence, a closed port, and answers to other questions are bad', async (t) => {
  const short = { interval: 1, timeout: 0.1 };
  const silent = await udpServer(t, () => undefined);
  assert.equal(await probed({ ...CHECK, ...short, port: silent }), 'No answer within 100 ms');
  const forged = await udpServer(t, (query) => ({ ...replyTo(query), id: (query.id ?? 0) ^ 1 }));
  assert.equal(await probed({ ...CHECK, ...short, port: forged }), 'No answer within 100 ms');
  const closed = { ...CHECK, port: await closedPort() };
  assert.equal(await probed(closed), 'Connection refused');
  assert.equal(await probed({ ...closed, transport: 'tcp' }), 'Connection refused');
  const deaf = { ...CHECK, ...short, transport: 'tcp', port: await tcpServer(t) };
  assert.equal(await probed(deaf), 'No answer within 100 ms');
  const other = await tcpServer(t, (socket) =>
    socket.once('data', (octets: Buffer) => {
      const query = streamDecode(octets);
      socket.write(streamEncode({ ...replyTo(query), id: (query.id ?? 0) ^ 1 }));
    }),
  );
  assert.equal(await probed({ ...CHECK, port: other, transport: 'tcp' }), 'it answers another question');
});

test('A server may be named; its name is looked up, for UDP as for TCP', async (t) => {
  const port = await udpServer(t, (query) => replyTo(query));
  const names = new HostNames({ hosts: '/absent', resolvConf: '/absent', servers: [] });
  assert.equal(await probed({ ...CHECK, port, address: 'ns.localhost' }, { names }), undefined);
  const away = { ...CHECK, port, address: 'ns.example' };
  assert.equal(await probed(away, { names }), 'Host name cannot be resolved at the moment');
});

test('The admin server is not asked', async (t) => {
  let octets = 0;
  const port = await tcpServer(t, (socket) => socket.on('data', () => octets++));
  const forbidden = () => [{ address: '127.0.0.1', port }];
  assert.match((await probed({ ...CHECK, port, transport: 'tcp' }, { forbidden })) ?? '', /^Refused/);
  assert.equal(octets, 0);
});

/** A name server on 127.0.0.1 that replies what it is told; returns the port. */
async function udpServer(
  t: Scope,
  reply: (query: DecodedPacket) => Packet | undefined,
  port?: number,
): Promise<number> {
  const socket = createSocket('udp4');
  atEnd(t, () => socket.close());
  socket.on('message', (octets, peer) => {
    const packet = reply(decode(octets));
    if (packet !== undefined) socket.send(encode(packet), peer.port, peer.address);
  });
  socket.bind(port ?? (await freePort()), '127.0.0.1');
  await once(socket, 'listening');
  return socket.address().port;
}

function replyTo({ id, questions }: Packet, more: Partial<Packet> = {}): Packet {
  return { type: 'response', ...(id !== undefined && { id }), questions: questions ?? [], ...more };
}
