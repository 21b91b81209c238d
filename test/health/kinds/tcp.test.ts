/** What a TCP server says, and is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tcpServer } from '../../support/servers.ts';
import { probed } from './probed.ts';

test('A server that says what is expected is good, however it comes', async (t) => {
  const port = await tcpServer(t, (socket) => {
    socket.write('220 mail.exa');
    setImmediate(() => socket.write('mple ESMTP\r\n'));
  });
  assert.equal(await probed({ type: 'tcp', port, expect: 'example ESMTP' }), undefined);
});

test('What is sent comes first, in UTF-8', async (t) => {
  const port = await tcpServer(t, (socket) =>
    socket.once('data', (octets: Buffer) => socket.write(`-${octets.toString()}-`)),
  );
  assert.equal(await probed({ type: 'tcp', port, send: 'Größe\r\n', expect: '-Größe\r\n-' }), undefined);
});

test('What is sent is enough where nothing is expected', async (t) => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const port = await tcpServer(t, (socket) =>
    socket.once('data', (octets: Buffer) => resolve(octets.toString())),
  );
  assert.equal(await probed({ type: 'tcp', port, send: 'hello\n' }), undefined);
  assert.equal(await promise, 'hello\n');
});

test('A server that says something else and ends is bad, and what it said is told', async (t) => {
  const port = await tcpServer(t, (socket) => socket.end('-LOADING\r\n'));
  assert.equal(
    await probed({ type: 'tcp', port, expect: '+PONG' }),
    '"+PONG" did not come: what it says begins with "-LOADING "',
  );
});

test('A server that ends without a word is bad', async (t) => {
  const port = await tcpServer(t, (socket) => socket.end());
  assert.equal(
    await probed({ type: 'tcp', port, expect: '+PONG' }),
    '"+PONG" did not come: what it says is empty',
  );
});

test('A server that never says it is bad when the time is over', async (t) => {
  const port = await tcpServer(t, (socket) => socket.write('+PO'));
  assert.equal(
    await probed({ type: 'tcp', port, expect: '+PONG', interval: 1, timeout: 0.1 }),
    'No answer within 100 ms',
  );
});

test('Only the first 5 KiB count', async (t) => {
  const port = await tcpServer(t, (socket) => socket.write(`${'x'.repeat(5118)}+PONG`));
  assert.match((await probed({ type: 'tcp', port, expect: '+PONG' })) ?? '', /^"\+PONG" did not come/);
  assert.equal(await probed({ type: 'tcp', port, expect: 'x+P' }), undefined);
});

test('Nothing is said to the admin server', async (t) => {
  let octets = 0;
  const port = await tcpServer(t, (socket) =>
    socket.on('data', (chunk: Buffer) => {
      octets += chunk.length;
    }),
  );
  const forbidden = () => [{ address: '127.0.0.1', port }];
  assert.match((await probed({ type: 'tcp', port, send: 'x' }, { forbidden })) ?? '', /^Refused/);
  assert.equal(octets, 0);
});
