/** Texts that are looked for in the bodies of HTTP responses, methods, headers and ranges of statuses. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { HttpMessage } from '../../../runtime/health/kinds/http-message.ts';
import { httpServer, tcpServer } from '../../support/servers.ts';
import { probed } from './probed.ts';

describe('A body', () => {
  for (const [what, answer, expected] of [
    ['with a length', 'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nstatus: good', undefined],
    ['without one', 'HTTP/1.1 200 OK\r\n\r\nstatus: good', undefined],
    [
      'in chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9;x=1\r\nstatus: g\r\n3\r\nood\r\n0\r\n\r\n',
      undefined,
    ],
    ['behind bare LF', 'HTTP/1.1 200 OK\nX: y\n\nstatus: good', undefined],
    [
      'behind an interim response',
      'HTTP/1.1 103 Hi\r\nA: b\r\n\r\nHTTP/1.1 200\r\n\r\nstatus: good',
      undefined,
    ],
    [
      'that says something else',
      'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nstatus: bad',
      '"status: good" did not come: the body begins with "status: bad"',
    ],
    [
      'that goes on behind its length',
      'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nstatus: badstatus: good',
      '"status: good" did not come: the body begins with "status: bad"',
    ],
    [
      'that is in a header only',
      'HTTP/1.1 200 OK\r\nX: status: good\r\nContent-Length: 0\r\n\r\n',
      '"status: good" did not come: the body is empty',
    ],
    ['that is none', 'HTTP/1.1 204 No Content\r\n\r\n', '"status: good" did not come: the body is empty'],
    ['under a bad status', 'HTTP/1.1 503 Away\r\n\r\nstatus: good', 'Status 503'],
    ['that is cut off before it begins', 'HTTP/1.1 200 OK\r\nX: y\r\n', 'Connection closed before an answer'],
  ] as const) {
    test(what, async (t) => {
      const port = await tcpServer(t, (socket) => socket.end(answer));
      assert.equal(await probed({ type: 'http', port, expect: 'status: good' }), expected);
    });
  }

  test('that never ends is read for 5 KiB', async (t) => {
    const port = await httpServer(t, (_, response) => {
      response.write(`good${'x'.repeat(5116)}late`);
    });
    assert.equal(await probed({ type: 'http', port, expect: 'good' }), undefined);
    assert.match(
      (await probed({ type: 'http', port, expect: 'late' })) ?? '',
      /^"late" did not come: the body begins with "goodx/,
    );
  });
});

test('However a message is cut, its body is the same', () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 5 });
  fc.assert(
    fc.property(chunks, fc.boolean(), fc.array(fc.nat(200), { maxLength: 20 }), (parts, isChunked, cuts) => {
      const body = Buffer.concat(parts);
      const sent = isChunked
        ? Buffer.concat([
            ...parts.flatMap((part) => [Buffer.from(`${part.length.toString(16)}\r\n`), part, CRLF]),
            Buffer.from('0\r\n\r\n'),
          ])
        : body;
      const head = isChunked ? 'Transfer-Encoding: gzip, Chunked' : `Content-length:${body.length}`;
      const message = Buffer.concat([Buffer.from(`X: y\r\n${head}\r\n\r\n`), sent, Buffer.from('more')]);
      const seen: Uint8Array[] = [];
      const reader = new HttpMessage((piece) => seen.push(piece));
      const ends = [...new Set(cuts)].filter((cut) => cut < message.length).sort((a, b) => a - b);
      for (const [index, from] of [0, ...ends].entries())
        reader.read(message.subarray(from, ends[index] ?? message.length));
      assert.deepEqual(Buffer.concat(seen), body);
      assert.ok(reader.isComplete && reader.header('x') === 'y');
    }),
  );
});

test('Method and headers are those of the check, and the operator’s count before them', async (t) => {
  const seen: unknown[] = [];
  const port = await httpServer(t, ({ method, headers }, response) => {
    seen.push([method, headers['x-probe'], headers['user-agent'], headers['content-length']]);
    response.end();
  });
  const check = { type: 'http', port, method: 'POST', headers: { 'X-Probe': 'a', 'user-agent': 'b' } };
  assert.equal(await probed(check), undefined);
  const rule = { servers: ['127.0.0.1'], verify: true, headers: { 'x-probe': 'c' } };
  assert.equal(await probed(check, { rules: () => [rule] }), undefined);
  assert.equal(await probed(check, { rules: () => [{ ...rule, method: 'HEAD' }] }), undefined);
  assert.deepEqual(seen, [
    ['POST', 'a', 'b', '0'],
    ['POST', 'c', 'b', '0'],
    ['HEAD', 'c', 'b', undefined],
  ]);
});

test('Statuses in a range are good', async (t) => {
  const port = await httpServer(t, ({ url }, response) => response.writeHead(Number(url?.slice(1))).end());
  const status = [204, '300-302', '301-309'];
  for (const [path, expected] of [
    ['/204', undefined],
    ['/300', undefined],
    ['/309', undefined],
    ['/200', 'Status 200'],
    ['/310', 'Status 310'],
  ] as const)
    assert.equal(await probed({ type: 'http', port, path, status }), expected);
});

const CRLF = Buffer.from('\r\n');
