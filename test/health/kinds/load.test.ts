/** The load that servers say of themselves, in headers and in JSON. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tcpServer } from '../../support/servers.ts';
import { probedLoad } from './probed.ts';

const OK = 'HTTP/1.1 200 OK\r\n';

for (const [what, load, answer, expected] of [
  ['a header', { header: 'X-Load' }, `${OK}x-load: 0.25\r\nContent-Length: 2\r\n\r\nok`, 0.25],
  [
    'a header, of a body that never ends',
    { header: 'X-Load' },
    `${OK}X-Load: 7\r\n\r\n${'x'.repeat(100)}`,
    7,
  ],
  ['no header', { header: 'X-Load' }, `${OK}Content-Length: 0\r\n\r\n`, undefined],
  ['a header that is no number', { header: 'X-Load' }, `${OK}X-Load: high\r\n\r\n`, undefined],
  ['JSON', { json: 'cpu.load' }, `${OK}Content-Length: 20\r\n\r\n{"cpu":{"load":1.5}}`, 1.5],
  [
    'JSON in chunks',
    { json: 'load' },
    `${OK}Transfer-Encoding: chunked\r\n\r\n6\r\n{"load\r\n5\r\n": 3}\r\n0\r\n\r\n`,
    3,
  ],
  ['JSON up to the end', { json: 'load' }, `${OK}\r\n{"load": "4"}`, 4],
  ['JSON that is none', { json: 'load' }, `${OK}\r\n{"load": 4`, undefined],
  ['JSON without it', { json: 'a.b' }, `${OK}\r\n{"a": null}`, undefined],
  ['JSON with what it inherits', { json: 'constructor.length' }, `${OK}\r\n{}`, undefined],
  ['no body', { json: 'load' }, 'HTTP/1.1 204 No Content\r\n\r\n', undefined],
] as const) {
  test(`Read from ${what}`, async (t) => {
    const port = await tcpServer(t, (socket) => {
      socket.write(answer);
      // Others stay open: who has what he looks for does not wait.
      if (!answer.includes('x'.repeat(100))) socket.end();
    });
    assert.deepEqual(await probedLoad({ type: 'http', port, load }), { ok: true, load: expected });
  });
}

test('A load is read beside a text, and not where that is missing', async (t) => {
  const port = await tcpServer(t, (socket) => socket.end(`${OK}\r\n{"state": "good", "load": 2}`));
  const check = { type: 'http', port, load: { json: 'load' } };
  assert.deepEqual(await probedLoad({ ...check, expect: 'good' }), { ok: true, load: 2 });
  assert.deepEqual(await probedLoad({ ...check, expect: 'bad' }), { ok: false, load: undefined });
});

test('A body that is longer than what is read as JSON says nothing', async (t) => {
  const port = await tcpServer(t, (socket) =>
    socket.write(`${OK}\r\n{"a": "${'x'.repeat(20_000)}", "load": 2`),
  );
  assert.deepEqual(await probedLoad({ type: 'http', port, load: { json: 'load' } }), {
    ok: true,
    load: undefined,
  });
});
