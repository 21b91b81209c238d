/** What HTTP adds to listener.test.ts: methods, statuses, caches, and limits of one connection. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { constants } from 'node:http2';
import { suite, type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OnQuery } from '../../../runtime/transport/listener.ts';
import { begun, PREFACE, part } from '../../support/http2-frames.ts';
import { dialHttps, dialTls, echo, Holder, PATH, type StreamOptions, streamListener } from '../dialer.ts';

const TYPE = { 'content-type': 'application/dns-message' };
const POST = { ':method': 'POST', ...TYPE };

async function connected(t: TestContext, onQuery: OnQuery, options: StreamOptions = {}) {
  const { listener, counters } = await streamListener(t, 'https', onQuery, options);
  return { client: await dialHttps(t, listener.endpoint), listener, counters };
}

const get = (octets: Uint8Array): Record<string, string> => ({
  ':path': `${PATH}?dns=${Buffer.from(octets).toString('base64url')}`,
});

suite('DNS over HTTPS', { timeout: 10_000 }, () => {
  test('takes a message by GET as by POST (RFC 8484 §4.1)', async (t) => {
    const { client } = await connected(t, echo);
    const octets = Uint8Array.from({ length: 256 }, (_, index) => index);
    client.ask(get(octets));
    assert.equal(await client.next(), Buffer.from(octets).toString('latin1'));
    client.ask({ ':method': 'POST', 'content-type': 'Application/DNS-Message; charset=utf-8' }, 'question');
    assert.equal(await client.next(), 'question');
  });

  test('finds the message among other variables, however many there are', async (t) => {
    const { client } = await connected(t, echo);
    for (const query of [
      'dns=cXVlc3Rpb24',
      'dns=cXVlc3Rpb24&a=b&dns=AA',
      `a&xdns=AA${'&a'.repeat(6000)}&dns=cXVlc3Rpb24&`,
    ]) {
      client.ask({ ':path': `${PATH}?${query}` });
      assert.equal(await client.next(), 'question');
    }
  });

  test('carries messages of the greatest length, and refuses longer ones', async (t) => {
    const { client, counters } = await connected(t, echo);
    const longest = 'x'.repeat(65_535);
    client.send(longest);
    assert.equal(await client.next(), longest);
    client.send(`${longest}x`);
    assert.equal(await client.next(), 'status 413');
    client.ask({ ...POST, 'content-length': '65536' }, `${longest}x`);
    assert.equal(await client.next(), 'status 413');
    assert.equal(counters.httpErrors, 2);
  });

  test('takes a message that comes octet by octet', async (t) => {
    const { listener } = await streamListener(t, 'https', echo);
    const { socket } = await dialTls(t, listener.endpoint, { ALPNProtocols: ['h2'] });
    const text = 'question'.repeat(100);
    const parts = Array.from(Buffer.from(text), (octet, at) =>
      part(1, Buffer.of(octet), at === text.length - 1),
    );
    socket.removeAllListeners('data');
    socket.write(Buffer.concat([PREFACE, begun(1, PATH), ...parts]));
    let answer = '';
    for await (const octets of socket) {
      answer += (octets as Buffer).toString('latin1');
      if (answer.includes(text)) break;
    }
  });

  /** Request → status. */
  const REFUSED: Readonly<Record<string, readonly [Readonly<Record<string, string>>, string?]>> = {
    '404 at another path': [{ ':path': '/' }],
    '404 at a path that goes on': [{ ':path': `${PATH}/x` }],
    '405 for another method': [{ ':method': 'PUT', ...TYPE }, 'question'],
    '405 for HEAD': [{ ':method': 'HEAD' }],
    '400 without a message': [{ ':path': PATH }],
    '400 for an empty parameter list': [{ ':path': `${PATH}?` }],
    '400 for what is not base64url': [{ ':path': `${PATH}?dns=AA+A` }],
    '400 for base64url with padding': [{ ':path': `${PATH}?dns=AAA%3D` }],
    '415 for another type': [{ ':method': 'POST', 'content-type': 'application/dns-json' }, 'question'],
    '415 for no type': [{ ':method': 'POST' }, 'question'],
  };
  for (const [title, [headers, message]] of Object.entries(REFUSED))
    test(`answers ${title}, and goes on`, async (t) => {
      const { client, counters } = await connected(t, echo);
      client.ask(headers, message);
      assert.equal(await client.next(), `status ${title.slice(0, 3)}`);
      assert.equal(counters.httpErrors, 1);
      client.send('question');
      assert.equal(await client.next(), 'question');
    });

  test('answers 400 where other transports stay silent', async (t) => {
    const { client } = await connected(t, () => false);
    client.send('question');
    assert.equal(await client.next(), 'status 400');
  });

  test('refuses streams while enough queries wait, given up or not', async (t) => {
    const holder = new Holder();
    const { client } = await connected(t, holder.onQuery);
    for (let count = 1; count <= 100; count += 1) {
      const stream = client.session.request({ ':path': PATH, ...POST });
      stream.on('error', () => {});
      stream.end('question');
      await holder.holds(count);
      if (count % 2 === 0) stream.close(constants.NGHTTP2_CANCEL);
    }
    const late = client.session.request({ ':path': PATH, ...POST });
    late.end('question');
    await assert.rejects(once(late, 'response'), /NGHTTP2_REFUSED_STREAM/);
    holder.answer();
    client.send('question');
    await holder.holds(1);
    holder.answer();
    assert.equal(await client.next(), 'question');
  });

  test('sends a client away that goes on though it is refused', async (t) => {
    const holder = new Holder();
    const { client, counters } = await connected(t, holder.onQuery);
    for (let count = 1; count <= 100 + 33 && !client.session.destroyed; count += 1) {
      const stream = client.session.request({ ':path': PATH, ...POST });
      const ended = Promise.withResolvers<void>();
      stream.on('error', () => {}).on('close', ended.resolve);
      stream.end('question');
      if (count > 100) await ended.promise;
      else {
        await holder.holds(count);
        if (count % 2 === 0) stream.close(constants.NGHTTP2_CANCEL);
      }
    }
    while (counters.clients > 0) await nextTurn();
  });

  test('sends a client away that resets streams without end', async (t) => {
    const { client, counters } = await connected(t, echo);
    let resets = 0;
    while (!client.session.closed && !client.session.destroyed) {
      const stream = client.session.request({ ':path': PATH, ...POST });
      stream.on('error', () => {});
      stream.write('x');
      await nextTurn();
      stream.close(constants.NGHTTP2_CANCEL);
      await nextTurn();
      resets += 1;
    }
    assert.ok(resets >= 96, `${resets} resets`);
    while (counters.clients > 0) await nextTurn();
  });

  test('ends a connection without queries, and one whose request does not end', async (t) => {
    const { client, listener, counters } = await connected(t, echo, { idleMs: 50 });
    assert.equal(await client.next(), undefined);
    assert.equal(counters.cut, 0);
    const slow = await dialHttps(t, listener.endpoint);
    const stream = slow.session.request({ ':path': PATH, ...POST });
    stream.on('error', () => {});
    const drip = setInterval(() => stream.write('x'), 5);
    await once(slow.session, 'close');
    clearInterval(drip);
    assert.equal(counters.cut, 1);
  });

  test('lets a client go that closes its side without a word of HTTP', async (t) => {
    const { listener, counters } = await streamListener(t, 'https', echo);
    const { socket } = await dialTls(t, listener.endpoint, { ALPNProtocols: ['h2'] });
    while (counters.clients === 0) await nextTurn();
    socket.end();
    while (counters.clients > 0) await nextTurn();
    assert.equal(counters.cut, 0);
  });

  test('cuts a client that never reads its answers', async (t) => {
    const onQuery: OnQuery = (_, requester) => {
      // More than HTTP/2 lets wait at a client that does not read (RFC 9113 §6.9.2).
      requester.reply(Buffer.alloc(70_000));
      return true;
    };
    const { client, counters } = await connected(t, onQuery, { idleMs: 100 });
    for (let count = 0; count < 10; count += 1) {
      const stream = client.session.request({ ':path': PATH, ...POST });
      stream.on('error', () => {});
      stream.end('question');
      stream.pause();
    }
    while (counters.clients > 0) await nextTurn();
    assert.equal(counters.cut, 1);
  });

  test('tells caches how long, and whose an answer is (RFC 8484 §5.1)', async (t) => {
    // An A record with a TTL of 60 seconds for the root.
    const answer = Buffer.from('00008400000000010000000000000100010000003c0004c0000201', 'hex');
    for (const [isForAll, expected] of [
      [true, 'max-age=60'],
      [false, 'private, max-age=60'],
    ] as const) {
      const { client } = await connected(t, (_, requester) => {
        requester.reply(answer, isForAll);
        return true;
      });
      const stream = client.session.request({ ':path': PATH, ...POST });
      stream.end('question');
      const [headers] = (await once(stream, 'response')) as [Record<string, string>];
      assert.equal(headers['cache-control'], expected);
      assert.equal(headers['content-type'], 'application/dns-message');
      assert.equal(headers['content-length'], String(answer.length));
    }
  });
});
