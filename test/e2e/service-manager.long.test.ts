/** A service manager that started the server hears what it does, at a socket in the file system or an abstract one. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { systemErrorCode } from '../../runtime/base/system-error.ts';
import { unixName } from '../../runtime/transport/sockets/notify-socket.ts';
import { SOCK_DGRAM, SOCK_NONBLOCK } from '../../runtime/transport/sockets/socket-numbers.ts';
import { loadSystemCalls } from '../../runtime/transport/udp/system-calls.ts';
import { startServer } from '../support/dnsteer.ts';
import { until } from '../support/until.ts';

const AF_UNIX = 1;
const calls = await loadSystemCalls();
const skip = calls.ok ? false : 'there is no koffi here';

/** All messages that came to a socket so far, and are still to come. */
class Manager {
  readonly #descriptor: number;
  readonly #heard: string[] = [];

  constructor(name: string) {
    assert.ok(calls.ok);
    this.#descriptor = calls.value.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    assert.ok(calls.value.bind(this.#descriptor, unixName(name) ?? new Uint8Array()) >= 0, name);
  }

  async hears(what: RegExp): Promise<string> {
    const found = await until(
      () => Promise.resolve(this.#heardNow().find((message) => what.test(message))),
      (message) => message !== undefined,
    );
    this.#heard.splice(0, this.#heard.indexOf(found ?? '') + 1);
    return found ?? '';
  }

  close(): void {
    if (calls.ok) calls.value.close(this.#descriptor);
  }

  #heardNow(): readonly string[] {
    const octets = Buffer.alloc(4096);
    try {
      for (;;) this.#heard.push(octets.toString('utf8', 0, readSync(this.#descriptor, octets)));
    } catch (error) {
      if (systemErrorCode(error) !== 'EAGAIN') throw error;
    }
    return this.#heard;
  }
}

for (const kind of ['path', 'abstract'] as const) {
  test(`A manager is told of start, reload and end (${kind})`, { skip }, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-manager-'));
    const name = kind === 'path' ? path.join(folder, 'notify') : `@dnsteer-test-${process.pid}`;
    const manager = new Manager(name);
    let server: Awaited<ReturnType<typeof startServer>> | undefined;
    try {
      server = await startServer({
        folder,
        policies: { 'kept.example.zone': 'www 30 IN TXT kept\n' },
        config: '{}\n',
        env: { NOTIFY_SOCKET: name },
      });
      assert.match(await manager.hears(/^READY=1$/m), /^STATUS=Answers for 1 zones on 127\.0\.0\.1:\d+$/m);
      const { processes } = await server.status();
      for (const { pid, kind: what } of processes.filter((one) => one.kind !== 'control'))
        assert.doesNotMatch(readFileSync(`/proc/${pid}/environ`, 'latin1'), /NOTIFY_SOCKET/, what);
      writeFileSync(path.join(folder, 'dnsteer.yaml'), 'nonsense: 1\n');
      const before = process.hrtime.bigint() / 1000n;
      server.process.kill('SIGHUP');
      const reloading = await manager.hears(/^RELOADING=1$/m);
      const at = BigInt(/^MONOTONIC_USEC=(\d+)$/m.exec(reloading)?.[1] ?? 0);
      assert.ok(at >= before && at <= process.hrtime.bigint() / 1000n, 'by the clock that systemd has');
      assert.match(await manager.hears(/^READY=1$/m), /STATUS=.*the last reload failed: .*nonsense/);
      await server.stop();
      await manager.hears(/^STOPPING=1$/m);
    } finally {
      await server?.stop();
      manager.close();
      rmSync(folder, { recursive: true });
    }
  });
}

test('A name that no socket can have is told to the log, and the server starts', { skip }, async () => {
  const server = await startServer({
    policies: { 'kept.example.zone': 'www 30 IN TXT kept\n' },
    env: { NOTIFY_SOCKET: `/${'x'.repeat(200)}` },
  });
  try {
    assert.match(server.output(), /The service manager cannot be told that the server runs/);
  } finally {
    await server.stop();
  }
});
