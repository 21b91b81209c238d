/** Operators hear of what happens in a server that runs: signed, once, and again when it is over. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { test } from 'node:test';
import type { NoticeMessage } from '../../runtime/control/notices/notice.ts';
import { webhookSignature } from '../../runtime/control/notices/webhook.ts';
import { dnsteer } from '../cli/dnsteer.ts';
import { atEnd } from '../support/at-end.ts';
import { freePort } from '../support/ports.ts';
import { serverFolder } from '../support/server-folder.ts';
import { until } from '../support/until.ts';

const SECRET = 'whsec_cHV0IHlvdXIgb3duIHNlY3JldCBpbiBoZXJlISEhISE=';

function policy(port: number): string {
  return `import { definePolicy, firstHealthy } from 'dnsteer';
export default definePolicy({
  pools: {
    fra: { A: '127.0.0.1', check: { type: 'tcp', port: ${port}, interval: 1, timeout: 0.5, rise: 1, fall: 1 } },
    iad: { A: '198.51.100.1' },
  },
  fallback: firstHealthy('fra', 'iad'),
  hosts: { www: firstHealthy('fra', 'iad') },
});
`;
}

test('Targets, pools, overrides, refused files and settings are told, and that they are over', async (context) => {
  const told: string[] = [];
  const ids = new Set<string>();
  let refusals = 1;
  const hook = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = request.headers;
      const isRight = signature === webhookSignature(SECRET, String(id), Number(time), body);
      ids.add(String(id));
      if (refusals-- > 0) return response.writeHead(503).end();
      const { data } = JSON.parse(body) as NoticeMessage;
      for (const { kind, state, text } of data.notices) told.push(`${isRight} ${kind} ${state}: ${text}`);
      return response.writeHead(204).end();
    });
  });
  hook.listen(0, '127.0.0.1');
  await once(hook, 'listening');
  atEnd(context, () => hook.close());
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`;
  const settings = (more = '') =>
    `notifications: { gather: 0.2, webhooks: [{ url: '${url}', secret: '${SECRET}' }] }\n${more}`;
  const { folder, start } = serverFolder(context);
  const port = await freePort();
  const server = await start({ policies: { 'shop.example.ts': policy(port) }, config: settings() });
  const run = (line: string) =>
    dnsteer(line.split(' '), {
      cwd: folder,
      env: { DNSTEER_ADMIN_LISTEN: new URL(server.adminUrl).host },
    });
  const heard = (pattern: RegExp) =>
    until(
      () => Promise.resolve(told),
      (all) => all.some((one) => pattern.test(one)),
    );
  await heard(/^true target began: target tcp:\/\/127\.0\.0\.1:\d+ is down: Connection refused/);
  await heard(/^true pool began: pool shop\.example\/fra is down/);
  const target = createTcpServer((socket) => socket.end());
  target.listen(port, '127.0.0.1');
  await once(target, 'listening');
  atEnd(context, () => target.close());
  await heard(/^true target over: target \S+ is up/);
  await heard(/^true pool over: pool shop\.example\/fra is up/);

  await run('drain shop.example/fra --owner anna --reason switch');
  await heard(/^true override began: shop\.example\/fra is drained by anna since \S+: switch/);
  await run('undrain shop.example/fra');
  await heard(/^true override over: ended: shop\.example\/fra is drained/);

  server.replace('shop.example.ts', `${policy(port)};;(`);
  await heard(/^true reload began: shop\.example is degraded: policies\/shop\.example\.ts:\d+:\d+: error: /);
  server.replace('shop.example.ts', policy(port));
  await heard(/^true reload over: over: shop\.example is degraded/);

  server.write('../dnsteer.yaml', settings('lisen: 7\n'));
  await run('reload');
  await heard(/^true reload began: the settings could not be read again, .*Unknown setting "lisen"/);
  assert.ok(!server.output().includes(SECRET));
  assert.ok(told.every((one) => one.startsWith('true ')));
  assert.equal(new Set(told).size, told.length, 'nothing is told twice');
});
