/** RFC 9471: glue that a referral needs, and glue that helps. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { replyToText } from '../support/reply.ts';
import { ask, framed, query, rule, TcpClient } from './server.ts';

const TIGHT = 'www.tight.rich.example. A';

describe('RFC 9471: glue', () => {
  test('RFC 9471 §3.1: TC is set where not all glue of servers below the cut fits', async () => {
    assert.match(replyToText(await ask(TIGHT))[0] ?? '', /^NOERROR qr tc$/);
  });
  test('RFC 9471 §3.1: over TCP all of it is there', async () => {
    const client = await TcpClient.open();
    client.socket.write(framed(query(TIGHT)));
    const [header, ...lines] = replyToText((await client.next()) ?? assert.fail('no reply'));
    client.close();
    assert.equal(header, 'NOERROR qr');
    assert.equal(lines.filter((line) => line.startsWith('additional ns.tight.')).length, 30);
  });
  rule(
    'RFC 9471 §3.2: glue of servers below another cut may be left out, and is before what is needed',
    'www.beside.rich.example. A',
    'NOERROR qr',
    'authority beside.rich.example. 300 IN NS ns.tight.rich.example.',
    'authority beside.rich.example. 300 IN NS ns.beside.rich.example.',
    'additional ns.beside.rich.example. 300 IN A 192.0.2.55',
  );
  test('RFC 9471 §3.2: and is there where it fits', async () => {
    const reply = replyToText(await ask({ question: 'www.beside.rich.example. A', opt: {} }));
    assert.equal(reply.filter((line) => line.startsWith('additional ns.tight.')).length, 30);
    assert.equal(reply[0], 'NOERROR qr');
  });
});
