import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { Visit } from '../../../runtime/control/charge/visit.ts';

test('A visit ends when the socket is reset, which is how the kernel tells that the other control was killed', async () => {
  const socket = new Socket();
  const visit = new Visit(socket);
  const heard = visit.hear();
  socket.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
  await visit.ended;
  assert.equal(await heard, undefined);
  assert.equal(await visit.hear(), undefined);
});
