/** Which sockets are chosen, and what an operator is told where they are not the best. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DnsteerError } from '../../../runtime/base/errors.ts';
import { fail } from '../../../runtime/base/result.ts';
import { loadSystemCalls, type NoSystemCalls } from '../../../runtime/transport/udp/system-calls.ts';
import { chooseUdp } from '../../../runtime/transport/udp/udp-sockets.ts';

const without = (problem: NoSystemCalls) => () => Promise.resolve(fail(problem));
const ABSENT = without({ kind: 'absent' });
const BROKEN = without({ kind: 'broken', message: 'wrong ELF class' });
const PLATFORM = without({ kind: 'platform' });

suite('UDP sockets', () => {
  test('are batched where they can be, and dgram where that is set', async (t) => {
    const calls = await loadSystemCalls();
    if (!calls.ok) {
      t.skip(`no system calls here: ${calls.problem.kind}`);
      return;
    }
    assert.deepEqual((await chooseUdp('auto')).sockets, { kind: 'batched' });
    assert.deepEqual((await chooseUdp('batched')).sockets, { kind: 'batched' });
    assert.deepEqual((await chooseUdp('dgram')).sockets, { kind: 'dgram' });
  });

  test('are dgram with a warning and a remedy where koffi is missing or does not load', async () => {
    const absent = await chooseUdp('auto', ABSENT);
    assert.equal(absent.sockets.kind, 'dgram');
    assert.match(
      absent.sockets.warning ?? '',
      /koffi is not installed\. .*or set "udp\.sockets" to "dgram"$/,
    );
    const broken = await chooseUdp('auto', BROKEN);
    assert.match(broken.sockets.warning ?? '', /koffi does not load \(wrong ELF class\)\. /);
  });

  test('are dgram without a word where the system has nothing better', async () => {
    assert.deepEqual((await chooseUdp('auto', PLATFORM)).sockets, { kind: 'dgram' });
    assert.deepEqual((await chooseUdp('dgram', ABSENT)).sockets, { kind: 'dgram' });
  });

  test('keep a server from starting that is told to have what it cannot', async () => {
    for (const load of [ABSENT, BROKEN, PLATFORM]) {
      await assert.rejects(chooseUdp('batched', load), (error) => {
        assert.ok(error instanceof DnsteerError);
        assert.equal(error.code, 'START');
        assert.match(error.message, /^There are no batched sockets: .*"udp\.sockets"/);
        return true;
      });
    }
  });
});
