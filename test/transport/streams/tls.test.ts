/** What TLS adds to the connections of tcp.test.ts: who is spoken to, sessions, and other certificates. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { suite, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { Credentials } from '../../../runtime/transport/streams/credentials.ts';
import { HANDSHAKE_MS } from '../../../runtime/transport/streams/handshakes.ts';
import { dialTcp, dialTls, echo, SECRETS, secrets, streamListener, type TcpDialer } from '../dialer.ts';

/** Resolves once a question is answered. */
async function asked(client: TcpDialer): Promise<void> {
  client.send('question');
  assert.equal(await client.next(), 'question');
}

/** A session that can be resumed; in TLS 1.3 tickets come after the handshake (RFC 8446 §4.6.1). */
async function sessionOf(client: TcpDialer & { readonly socket: TLSSocket }): Promise<Buffer> {
  const isEarly = client.socket.getProtocol() === 'TLSv1.2';
  const later = isEarly ? undefined : (once(client.socket, 'session') as Promise<[Buffer]>);
  await asked(client);
  const [ticket] = later === undefined ? [client.socket.getSession()] : await later;
  assert.ok(ticket !== undefined);
  client.close();
  return ticket;
}

suite('DNS over TLS', { timeout: 10_000 }, () => {
  test('is agreed on by the name dot, or by none', async (t) => {
    const { listener, counters } = await streamListener(t, 'tls', echo);
    const named = await dialTls(t, listener.endpoint);
    assert.equal(named.socket.alpnProtocol, 'dot');
    const silent = await dialTls(t, listener.endpoint, { ALPNProtocols: [] });
    await asked(silent);
    const other = await dialTls(t, listener.endpoint, { ALPNProtocols: ['h2'] });
    assert.equal(await other.next(), undefined);
    assert.equal(counters.handshakes, 1);
  });

  test('is spoken in TLS 1.2 and 1.3, and in nothing older (RFC 9325 §3.1.1)', async (t) => {
    const { listener } = await streamListener(t, 'tls', echo);
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const client = await dialTls(t, listener.endpoint, { minVersion: version, maxVersion: version });
      assert.equal(client.socket.getProtocol(), version);
      await asked(client);
    }
    const ciphers = 'ALL:@SECLEVEL=0';
    const old = await dialTls(t, listener.endpoint, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers });
    assert.equal(await old.next(), undefined);
  });

  for (const version of ['TLSv1.2', 'TLSv1.3'] as const)
    test(`resumes in one process the ${version} session of another, whatever the certificate by then`, async (t) => {
      const credentials = new Credentials(SECRETS);
      const one = await streamListener(t, 'tls', echo);
      const other = await streamListener(t, 'tls', echo, { credentials });
      const dial = (at: typeof one, session?: Buffer) =>
        dialTls(t, at.listener.endpoint, {
          minVersion: version,
          maxVersion: version,
          ...(session && { session }),
        });
      const session = await sessionOf(await dial(one));
      const resumed = await dial(other, session);
      assert.equal(resumed.socket.isSessionReused(), true);
      await asked(resumed);
      credentials.change(secrets());
      assert.equal((await dial(other, session)).socket.isSessionReused(), true);
      // RFC 5077 §3.1: a ticket that is not known is no reason to refuse.
      credentials.change(secrets(Buffer.alloc(48, 2)));
      const anew = await dial(other, session);
      assert.equal(anew.socket.isSessionReused(), false);
      await asked(anew);
    });

  test('goes by another certificate without a connection being lost', async (t) => {
    const credentials = new Credentials(SECRETS);
    const { listener } = await streamListener(t, 'tls', echo, { credentials });
    const before = await dialTls(t, listener.endpoint);
    credentials.change(secrets());
    const after = await dialTls(t, listener.endpoint);
    const serial = (client: typeof before) => client.socket.getPeerCertificate().serialNumber;
    assert.notEqual(serial(before), serial(after));
    for (const client of [before, after]) await asked(client);
  });

  test('has no place for a client that is gone before the handshake is over', async (t) => {
    const { listener, counters } = await streamListener(t, 'tls', echo);
    for (let turn = 0; turn < 3; turn += 1) {
      const client = await dialTls(t, listener.endpoint);
      client.socket.destroy();
    }
    while (counters.clients > 0) await nextTurn();
  });

  test('ends a connection that never says hello, or says something else', async (t) => {
    const { listener, counters } = await streamListener(t, 'tls', echo);
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const silent = await dialTcp(t, listener.endpoint);
    while (counters.clients === 0) await nextTurn();
    t.mock.timers.tick(HANDSHAKE_MS);
    assert.equal(await silent.next(), undefined);
    const plain = await dialTcp(t, listener.endpoint);
    plain.send('question');
    while ((await plain.next()) !== undefined);
    assert.equal(counters.handshakes, 2);
  });
});
