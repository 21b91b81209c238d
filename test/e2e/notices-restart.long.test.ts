/** A webhook that was away while a target went down and control was killed hears of it once, and once that it is over. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { test } from 'node:test';
import type { NoticeMessage } from '../../runtime/control/notices/notice.ts';
import { atEnd } from '../support/at-end.ts';
import { freePort } from '../support/ports.ts';
import { serverFolder } from '../support/server-folder.ts';
import { until } from '../support/until.ts';

const SECRET = 'whsec_cHV0IHlvdXIgb3duIHNlY3JldCBpbiBoZXJlISEhISE=';

const policy = (port: number): string => `import { definePolicy } from 'dnsteer';
export default definePolicy({
  pools: { fra: { A: '127.0.0.1', check: { type: 'tcp', port: ${port}, interval: 1, timeout: 0.5, rise: 1, fall: 1 } } },
  fallback: 'fra',
  hosts: { www: 'fra' },
});
`;

test('Notices outlive a control that is killed', async (context) => {
  const told: string[] = [];
  const tries: string[] = [];
  let isOpen = false;
  const hook = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.once('end', () => {
      tries.push(String(request.headers['webhook-id']));
      if (!isOpen) return response.writeHead(503).end();
      const { data } = JSON.parse(body) as NoticeMessage;
      for (const { kind, state } of data.notices) told.push(`${kind} ${state}`);
      return response.writeHead(204).end();
    });
  });
  await once(hook.listen(0, '127.0.0.1'), 'listening');
  atEnd(context, () => hook.close());
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
  const port = await freePort();
  const { start } = serverFolder(context);
  const options = {
    policies: { 'shop.example.ts': policy(port) },
    config: `notifications: { gather: 0.2, webhooks: [{ url: '${url}', secret: '${SECRET}', events: [target, pool] }] }\n`,
  };
  const first = await start(options);
  await until(
    async () => tries.length,
    (count) => count > 0,
  );
  const ended = once(first.process, 'exit');
  first.process.kill('SIGKILL');
  await ended;

  isOpen = true;
  await start(options);
  const heard = (...expected: string[]) =>
    until(
      async () => told,
      (all) => expected.every((one) => all.includes(one)),
    );
  await heard('target began', 'pool began');
  // The pool may have gone down too late for the first message; that one is sent again all the same.
  assert.ok(tries.lastIndexOf(tries[0] ?? '') > 0, 'the message that was refused is sent again');
  const target = createTcpServer((socket) => socket.end());
  await once(target.listen(port, '127.0.0.1'), 'listening');
  atEnd(context, () => target.close());
  await heard('target over', 'pool over');
  assert.deepEqual(told.toSorted(), ['pool began', 'pool over', 'target began', 'target over']);
});
