/** One policy answers DNS and HTTP: a client is redirected to the pool that it is answered with, whatever HTTP it speaks. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as http2Connect } from 'node:http2';
import { connect, type Socket } from 'node:net';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { connect as tlsConnect } from 'node:tls';
import type { ProcessStatus } from '../../runtime/admin/status.ts';
import { Client } from '../support/client.ts';
import { startServer, type TestServer, UNHURRIED } from '../support/dnsteer.ts';
import { type Encrypted, encrypted } from '../support/encrypted.ts';
import { freePort } from '../support/ports.ts';
import { until } from '../support/until.ts';

const POLICY = `import { cname, definePolicy, firstHealthy, nodata, refuse } from 'dnsteer';
export default definePolicy({
  ttl: 20,
  pools: {
    eu: { A: '192.0.2.1', url: 'https://eu.example.net/in/' },
    us: { A: '192.0.2.2', url: 'https://us.example.net' },
    only: { url: 'http://only.example.net' },
    bare: { A: '192.0.2.3' },
    self: { A: '192.0.2.4', url: 'http://self.edge.example' },
  },
  fallback: 'us',
  hosts: {
    www: ({ client }) => (client.subnet === '203.0.113.0/24' ? 'eu' : firstHealthy('us', 'eu')),
    all: firstHealthy('bare', 'eu'),
    url: 'only',
    bare: 'bare',
    self: 'self',
    alias: cname('www.edge.example.'),
    away: cname('www.example.net.'),
    none: nodata(),
    no: refuse(),
    ip: ({ client }) => (client.ip === '198.51.100.1' ? 'eu' : 'us'),
    dice: () => (Math.random() < 2 ? 'eu' : 'us'),
    date: () => (Date.now() > 0 ? 'eu' : 'us'),
    hour: ({ time }) => (time.hour < 24 ? 'eu' : 'us'),
    hang: ({ client }) => { while (client.subnet === '198.18.5.0/24'); return 'eu'; },
    broken: ({ client }) => { if (client.subnet === '198.18.5.0/24') throw new Error('broken'); return 'eu'; },
  },
  records: { static: { A: '192.0.2.9' } },
  budget: 100,
});
`;

let server: TestServer;
let port: number;
let securePort: number;
let secrets: Encrypted;
before(async () => {
  secrets = await encrypted();
  port = await freePort();
  securePort = await freePort();
  server = await startServer({
    env: UNHURRIED,
    policies: { 'edge.example.ts': POLICY },
    config: `${secrets.config}
http:
  redirect: { listen: ['127.0.0.1:${port}'], tls: { listen: ['127.0.0.1:${securePort}'] } }
  trusted: ['127.0.0.1']
  hsts: 60
`,
  });
});
after(async () => {
  await server.stop();
  secrets.remove();
});

/** [what holds, host, target, further fields, start of the reply, fields in it] */
const CASES: readonly (readonly [string, string, string, string, number, readonly string[]])[] = [
  [
    'path and query are kept',
    'www',
    '/a%20b?x=1&y',
    '',
    302,
    ['location: https://us.example.net/a%20b?x=1&y', 'cache-control: private, max-age=20'],
  ],
  [
    'the path of a URL stands in front, for a client that a proxy tells',
    'www',
    '/a',
    'X-Forwarded-For: 198.51.100.9, 203.0.113.7\r\n',
    302,
    ['location: https://eu.example.net/in/a', 'vary: X-Forwarded-For'],
  ],
  [
    'what a client writes in front of its address does not count',
    'www',
    '/',
    'X-Forwarded-For: 203.0.113.7, 198.51.100.9\r\n',
    302,
    ['location: https://us.example.net/'],
  ],
  [
    'a pool without a URL is passed over',
    'all',
    '/',
    '',
    302,
    ['location: https://eu.example.net/in/', 'cache-control: max-age=20'],
  ],
  ['a pool may have nothing but a URL', 'url', '/', '', 302, ['location: http://only.example.net/']],
  ['a CNAME inside the zone is followed', 'alias', '/', '', 302, ['location: https://us.example.net/']],
  ['one that leads out of it is no URL', 'away', '/', '', 421, []],
  ['no candidate has a URL', 'bare', '/', '', 503, ['retry-after: 30']],
  ['the policy denies the name any record', 'none', '/', '', 503, ['retry-after: 30']],
  ['the policy refuses the client', 'no', '/', '', 403, []],
  ['no policy decides a name of records', 'static', '/', '', 421, []],
  ['there is no such name', 'nobody', '/', '', 421, []],
  ['a pool that leads back here', 'self', '/', '', 508, []],
  [
    'what rests on the whole address is for one request',
    'ip',
    '/',
    'X-Forwarded-For: 198.51.100.1\r\n',
    302,
    ['location: https://eu.example.net/in/', 'cache-control: no-store'],
  ],
  [
    'what rests on chance is for one request',
    'dice',
    '/',
    '',
    302,
    ['location: https://eu.example.net/in/', 'cache-control: no-store'],
  ],
  [
    'what rests on a clock is for one request',
    'date',
    '/',
    '',
    302,
    ['location: https://eu.example.net/in/', 'cache-control: no-store'],
  ],
  [
    'what rests on the hour is for one request',
    'hour',
    '/',
    '',
    302,
    ['location: https://eu.example.net/in/', 'cache-control: no-store'],
  ],
  [
    'a policy that hangs has its fallback',
    'hang',
    '/',
    'X-Forwarded-For: 198.18.5.7\r\n',
    302,
    ['location: https://us.example.net/', 'cache-control: no-store'],
  ],
  [
    'a policy that throws has its fallback',
    'broken',
    '/',
    'X-Forwarded-For: 198.18.5.7\r\n',
    302,
    ['location: https://us.example.net/', 'cache-control: no-store'],
  ],
];

for (const [name, host, target, fields, status, expected] of CASES) {
  test(`HTTP/1.1: ${name}`, async () => {
    const reply = await raw(
      `GET ${target} HTTP/1.1\r\nHost: ${host}.edge.example\r\n${fields}Connection: close\r\n\r\n`,
    );
    assert.match(reply, new RegExp(`^HTTP/1.1 ${status} `));
    for (const field of expected) assert.ok(reply.includes(`\r\n${field}\r\n`), `${field} in ${reply}`);
  });
}

test('What rests on a clock is for one request from memory too', async () => {
  for (const path of ['/1', '/2', '/3'])
    assert.match(
      await raw(`GET ${path} HTTP/1.1\r\nHost: hour.edge.example\r\nConnection: close\r\n\r\n`),
      /\r\ncache-control: no-store\r\n/,
    );
});

test('Another zone is not ours', async () => {
  assert.match(
    await raw('GET / HTTP/1.1\r\nHost: example.net\r\nConnection: close\r\n\r\n'),
    /^HTTP\/1.1 421 /,
  );
});

test('Other methods than GET and HEAD are kept, and their content is not waited for', async () => {
  const reply = await raw(
    'POST / HTTP/1.1\r\nHost: www.edge.example\r\nExpect: 100-continue\r\nContent-Length: 9999999\r\n\r\n',
  );
  assert.match(reply, /^HTTP\/1.1 307 /);
  assert.match(reply, /\r\nconnection: close\r\n/i);
});

/** RFC 9112 §3.2, §5, §6.1, §11.2: what could be read in two ways is refused. */
const HOSTILE: readonly (readonly [string, string, number])[] = [
  ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ['two Hosts', 'GET / HTTP/1.1\r\nHost: www.edge.example\r\nHost: url.edge.example\r\n\r\n', 400],
  ['the same Host twice', 'GET / HTTP/1.1\r\nHost: www.edge.example\r\nhost: www.edge.example\r\n\r\n', 400],
  ['an empty Host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n', 400],
  ['a Host with a space', 'GET / HTTP/1.1\r\nHost: www.edge.example url.edge.example\r\n\r\n', 400],
  ['a Host with a path', 'GET / HTTP/1.1\r\nHost: www.edge.example/x\r\n\r\n', 400],
  ['a Host with a user', 'GET / HTTP/1.1\r\nHost: a@www.edge.example\r\n\r\n', 400],
  [
    'an absolute target for another host',
    'GET http://url.edge.example/ HTTP/1.1\r\nHost: www.edge.example\r\n\r\n',
    400,
  ],
  ['a target with a fragment', 'GET /#a HTTP/1.1\r\nHost: www.edge.example\r\n\r\n', 400],
  ['a target of one star', 'OPTIONS * HTTP/1.1\r\nHost: www.edge.example\r\n\r\n', 400],
  [
    'both lengths',
    'POST / HTTP/1.1\r\nHost: www.edge.example\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  [
    'two lengths',
    'POST / HTTP/1.1\r\nHost: www.edge.example\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc',
    400,
  ],
  ['a space before the colon', 'GET / HTTP/1.1\r\nHost : www.edge.example\r\n\r\n', 400],
  ['a folded field', 'GET / HTTP/1.1\r\nHost: www.edge.example\r\nX: a\r\n b\r\n\r\n', 400],
  ['an unknown method', 'BREW / HTTP/1.1\r\nHost: www.edge.example\r\n\r\n', 400],
  ['too long a header', `GET / HTTP/1.1\r\nHost: www.edge.example\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
];

for (const [name, request, status] of HOSTILE) {
  test(`Hostile request: ${name}`, async () => {
    assert.match(await raw(request), new RegExp(`^HTTP/1.1 ${status} `));
  });
}

test('An absolute target for the same host is as one with the path alone', async () => {
  const reply = await raw(
    'GET http://url.edge.example/x?y HTTP/1.1\r\nHost: url.edge.example\r\nConnection: close\r\n\r\n',
  );
  assert.match(reply, /\r\nlocation: http:\/\/only\.example\.net\/x\?y\r\n/);
});

test('HTTP/2: streams of one connection are redirected, and :authority may not differ from Host', async () => {
  const session = http2Connect(`https://127.0.0.1:${securePort}`, { ca: secrets.ca });
  const ask = async (fields: Record<string, string>): Promise<Record<string, unknown>> => {
    const stream = session.request({ ':path': '/a?b', ...fields });
    const [headers] = await once(stream, 'response');
    stream.resume();
    await once(stream, 'close');
    return headers;
  };
  try {
    const found = await ask({ ':authority': 'url.edge.example' });
    assert.equal(found[':status'], 302);
    assert.equal(found.location, 'http://only.example.net/a?b');
    assert.equal(found['strict-transport-security'], 'max-age=60');
    assert.equal((await ask({ ':authority': 'url.edge.example', host: 'www.edge.example' }))[':status'], 400);
    assert.equal((await ask({ ':authority': 'nobody.edge.example' }))[':status'], 421);
    assert.equal((await ask({ ':authority': 'www.edge.example', ':method': 'PUT' }))[':status'], 307);
  } finally {
    session.destroy();
  }
});

test('HTTP/1.1 over TLS', async () => {
  const socket = tlsConnect({
    port: securePort,
    host: '127.0.0.1',
    ca: secrets.ca,
    ALPNProtocols: ['http/1.1'],
  });
  const reply = await replyOver(
    socket,
    'GET / HTTP/1.1\r\nHost: url.edge.example\r\nConnection: close\r\n\r\n',
  );
  assert.match(reply, /^HTTP\/1.1 302 /);
  assert.match(reply, /strict-transport-security: max-age=60/);
});

test('DNS has no record for a URL, and the records of its pool', async () => {
  const client = await Client.open(server.port);
  try {
    const [url, bare] = [
      await client.ask('url.edge.example', 'A'),
      await client.ask('all.edge.example', 'A'),
    ];
    assert.deepEqual([url?.rcode, url?.answers], ['NOERROR', []]);
    assert.match(bare?.answers.join() ?? '', /192\.0\.2\.3/);
  } finally {
    client.close();
  }
});

test('An edge process that is killed is replaced, and takes no answer of DNS with it', async () => {
  const before = await edge();
  const client = await Client.open(server.port);
  try {
    process.kill(before?.pid ?? 0, 'SIGKILL');
    const other = await until(
      async () => {
        assert.equal((await client.ask('bare.edge.example', 'A'))?.rcode, 'NOERROR');
        return edge();
      },
      (found) => found !== undefined && found.pid !== before?.pid && found.state === 'listening',
    );
    assert.equal(other?.restarts, 1);
    assert.match(
      await raw('GET / HTTP/1.1\r\nHost: url.edge.example\r\nConnection: close\r\n\r\n'),
      /^HTTP\/1.1 302 /,
    );
  } finally {
    client.close();
  }
});

async function edge(): Promise<ProcessStatus | undefined> {
  return (await server.status()).processes.find(({ kind }) => kind === 'edge');
}

function raw(request: string): Promise<string> {
  return replyOver(connect(port, '127.0.0.1'), request);
}

async function replyOver(socket: Socket, request: string): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  // A server that refuses a request may reset the connection behind its reply.
  socket.on('error', () => {});
  socket.write(request);
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}
