/** Handshakes, and certificates that end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAuthority } from '../../support/certificates.ts';
import { closedPort, httpServer, httpsServer, tcpServer } from '../../support/servers.ts';
import { probed } from './probed.ts';

const authority = createAuthority();
const trust = { servers: ['127.0.0.0/8'], ca: authority.ca, verify: true, headers: {} };
const trusting = { rules: () => [trust] };
const NOW = { type: 'tls', host: 'example.com' };

test('A certificate for the host, from a trusted authority, is good; nothing is asked', async (t) => {
  const seen: unknown[] = [];
  const port = await httpsServer(t, authority.issue('DNS:example.com'), () => seen.push('a request'));
  assert.equal(await probed({ ...NOW, port }, trusting), undefined);
  assert.deepEqual(seen, []);
});

test('The default host is the address', async (t) => {
  const port = await httpsServer(t, authority.issue('IP:127.0.0.1'));
  assert.equal(await probed({ type: 'tls', port }, trusting), undefined);
  const other = await httpsServer(t, authority.issue('DNS:example.com'));
  assert.match(
    (await probed({ type: 'tls', port: other }, trusting)) ?? '',
    /^Certificate is for another name/,
  );
});

test('An authority nobody trusts is bad, unless the operator wants no right certificate', async (t) => {
  const port = await httpsServer(t, authority.issue('DNS:example.com'));
  assert.match((await probed({ ...NOW, port })) ?? '', /^Certificate comes from an authority/);
  const lenient = { rules: () => [{ ...trust, ca: undefined, verify: false }] };
  assert.equal(await probed({ ...NOW, port }, lenient), undefined);
  assert.match((await probed({ ...NOW, port, daysLeft: 3 }, lenient)) ?? '', /^Certificate ends in 1 days/);
});

test('A certificate has to hold for as long as is wanted', async (t) => {
  // These certificates hold for two days.
  const port = await httpsServer(t, authority.issue('DNS:example.com'));
  assert.equal(await probed({ ...NOW, port, daysLeft: 1.5 }, trusting), undefined);
  assert.match(
    (await probed({ ...NOW, port, daysLeft: 14 }, trusting)) ?? '',
    /^Certificate ends in 1 days \(.+ GMT\), 14 are wanted$/,
  );
});

test('What speaks no TLS, says nothing, hangs up or is not there is bad', async (t) => {
  const plain = await httpServer(t);
  assert.match((await probed({ ...NOW, port: plain }, trusting)) ?? '', /^TLS handshake failed: /);
  const silent = { ...NOW, port: await tcpServer(t), interval: 1, timeout: 0.1 };
  assert.equal(await probed(silent, trusting), 'No answer within 100 ms');
  const rude = await tcpServer(t, (socket) => socket.destroy());
  assert.match((await probed({ ...NOW, port: rude }, trusting)) ?? '', /^Connection closed before /);
  assert.equal(await probed({ ...NOW, port: await closedPort() }, trusting), 'Connection refused');
});
