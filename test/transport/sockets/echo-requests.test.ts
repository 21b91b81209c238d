/** ICMP echo requests to addresses that reply and to those that do not, in a network where everybody may send them. */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { suite, test } from 'node:test';
import { createNetworkProbe } from '../../../runtime/health/network-probe.ts';
import { targetOf } from '../../../runtime/health/target-id.ts';
import { createEchoSender, whyNoEcho } from '../../../runtime/transport/sockets/echo-requests.ts';
import { loadSystemCalls } from '../../../runtime/transport/udp/system-calls.ts';
import { enterNamespace } from '../../support/namespace.ts';

const RANGE = '/proc/sys/net/ipv4/ping_group_range';

const loaded = await loadSystemCalls();
const skip = loaded.ok ? enterNamespace(import.meta.filename) || notPermitted() : 'no system calls here';

/** Permits the sockets to the groups of this process, in the namespace. */
function permit(range: string): void {
  writeFileSync(RANGE, range);
}

function notPermitted(): string | false {
  try {
    permit('0 2147483647');
    return false;
  } catch {
    return `the range of groups cannot be set here: ${RANGE}`;
  }
}

const never = (): AbortSignal => new AbortController().signal;
const descriptors = (): number => readdirSync('/proc/self/fd').length;

suite('Echo requests', { skip }, () => {
  test('are replied to by addresses of this machine, of both families', async () => {
    const send = createEchoSender();
    for (const address of ['127.0.0.1', '127.9.8.7', '::1'])
      assert.equal(await send(address, never()), undefined);
  });

  test('that run together each hear their own reply, and leave no socket open', async () => {
    const send = createEchoSender();
    await send('127.0.0.1', never());
    const before = descriptors();
    const all = Array.from({ length: 100 }, (_, index) => send(`127.0.1.${index + 1}`, never()));
    assert.deepEqual(
      (await Promise.all(all)).filter((problem) => problem !== undefined),
      [],
    );
    assert.equal(descriptors(), before);
  });

  test('to where no route leads say so', async () => {
    const problem = (await createEchoSender()('192.0.2.1', never())) as NodeJS.ErrnoException;
    assert.equal(problem.code, 'ENETUNREACH');
  });

  test('are stopped, also while nothing is heard', async () => {
    // The namespace drops what goes to this address: it is looped back to nobody who replies.
    writeFileSync('/proc/sys/net/ipv4/icmp_echo_ignore_all', '1');
    const before = descriptors();
    const ending = new AbortController();
    const sent = createEchoSender()('127.0.0.1', ending.signal);
    setImmediate(() => ending.abort());
    assert.ok((await sent) instanceof Error);
    assert.equal(descriptors(), before);
    writeFileSync('/proc/sys/net/ipv4/icmp_echo_ignore_all', '0');
  });

  test('are what an icmp check goes by, with its timeout and with names', async () => {
    const probe = createNetworkProbe({ sendEcho: createEchoSender() });
    const target = (address: string, timeoutMs = 1000) =>
      targetOf({ type: 'icmp', address, port: 0 }, { intervalMs: 1000, timeoutMs, rise: 1, fall: 1 });
    assert.equal(target('::1').id, 'icmp://::1 every=1000 timeout=1000 rise=1 fall=1');
    for (const address of ['127.0.0.1', '::1', 'localhost'])
      assert.equal((await probe(target(address), never())).ok, true);
    writeFileSync('/proc/sys/net/ipv4/icmp_echo_ignore_all', '1');
    const { ok, ...late } = await probe(target('127.0.0.1', 50), never());
    writeFileSync('/proc/sys/net/ipv4/icmp_echo_ignore_all', '0');
    assert.equal(ok, false);
    assert.equal('problem' in late && late.problem, 'No answer within 50 ms');
    const away = await probe(target('192.0.2.1'), never());
    assert.equal('problem' in away && away.problem, 'Network unreachable');
  });

  test('that are not permitted say what permits them', async () => {
    permit('1 0');
    const problem = await createEchoSender()('127.0.0.1', never());
    const foreseen = await whyNoEcho();
    permit('0 2147483647');
    assert.equal(foreseen, problem?.message);
    assert.equal(await whyNoEcho(), undefined);
    const group = process.getegid?.();
    assert.match(
      problem?.message ?? '',
      new RegExp(`^Not permitted to group ${group} .* net\\.ipv4\\.ping_group_range="${group} ${group}"`),
    );
  });
});

test('Without system calls it is said what they need', async () => {
  const send = createEchoSender(() => Promise.resolve({ ok: false, problem: { kind: 'absent' } }));
  assert.match((await send('127.0.0.1', never()))?.message ?? '', /koffi/);
  assert.match(
    (await whyNoEcho(() => Promise.resolve({ ok: false, problem: { kind: 'absent' } }))) ?? '',
    /koffi/,
  );
});
