/**
 * The health checks that the documents of CoreDNS-GSLB describe (dmachard/coredns-gslb, docs/healthchecks.md), each with
 * all of its parameters, as checks of dnsteer that come to the same verdicts. What it runs as Lua or asks of MySQL is a command here.
 */
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import type { HealthCommand } from '../../runtime/health/commands.ts';
import { findAccount } from '../../runtime/transport/privileges.ts';
import { probed } from '../health/kinds/probed.ts';
import { createAuthority } from '../support/certificates.ts';
import { closedPort, httpServer, httpsServer, tcpServer } from '../support/servers.ts';

test('http: port, uri, method, host, headers and expected_code', async (t) => {
  const asked: unknown[] = [];
  const port = await httpServer(t, ({ method, url, headers }, response) => {
    asked.push([method, url, headers.host?.replace(/:.*/, ''), headers['x-probe']]);
    response.writeHead(url === '/teapot' ? 418 : 200).end('all good');
  });
  const check = {
    type: 'http',
    port,
    method: 'HEAD',
    host: 'localhost',
    headers: { 'X-Probe': 'gslb' },
    status: [200],
  };
  assert.equal(await probed({ ...check, path: '/healthz' }), undefined);
  assert.equal(await probed({ ...check, path: '/teapot' }), 'Status 418');
  assert.equal(await probed({ ...check, path: '/teapot', status: [418] }), undefined);
  assert.deepEqual(asked[0], ['HEAD', '/healthz', 'localhost', 'gslb']);
});

test('http: expected_body; empty means that no body is looked at', async (t) => {
  const port = await httpServer(t, (_, response) => response.end('status: all good'));
  const check = { type: 'http', port };
  assert.equal(await probed({ ...check, expect: 'all good' }), undefined);
  assert.notEqual(await probed({ ...check, expect: 'all bad' }), undefined);
  assert.equal(await probed(check), undefined);
});

test('http with enable_tls, and with skip_tls_verify, which is a setting of the operator', async (t) => {
  const authority = createAuthority();
  const port = await httpsServer(t, authority.issue('DNS:elsewhere.example'));
  const check = { type: 'https', port };
  assert.notEqual(await probed(check), undefined, 'nobody vouches for the certificate');
  const rule = { servers: ['127.0.0.0/8'], ca: undefined, verify: false, method: 'GET', headers: {} };
  assert.equal(await probed(check, { rules: () => [rule] }), undefined);
});

test('tcp: whether a connection can be made', async (t) => {
  assert.equal(await probed({ type: 'tcp', port: await tcpServer(t) }), undefined);
  assert.equal(await probed({ type: 'tcp', port: await closedPort() }), 'Connection refused');
});

const account = process.getuid?.() === 0 ? findAccount({ user: 'nobody' }) : undefined;

test('mysql and lua: a program of the operator, which is told the address', async () => {
  const query = 'test "$1" = 127.0.0.1 || { echo "no such server" >&2; exit 1; }';
  const commands = (...run: string[]) => ({
    commands: () => new Map<string, HealthCommand>([['mysql', { run, account }]]),
  });
  const check = { type: 'exec', command: 'mysql' };
  assert.equal(await probed(check, commands('/bin/sh', '-c', query, 'sh', '{address}')), undefined);
  assert.equal(
    await probed(check, commands('/bin/sh', '-c', query, 'sh', 'x')),
    'Command ended with 1: no such server',
  );
});
