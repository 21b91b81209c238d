/** RFC 1996: news of zones, of which the server under test is a secondary for none. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { replyToText } from '../support/reply.ts';
import { ask, both, except, framed, query, rule, TcpClient } from './server.ts';

const NOTIFY = 4 << 11;
const AA = 0x0400;
/** TC, RD, RA, Z, AD and CD. */
const OTHER_FLAGS = 0x03f0;

describe('RFC 1996: NOTIFY', () => {
  test(
    'RFC 1996 §3.10: news of a zone that is no copy here are refused, with their opcode',
    except({ failsOn: { nsd: 'NOTAUTH without the question it counts' } }),
    async () => {
      for (const name of ['rich.example.', 'elsewhere.example.']) {
        const reply = await ask({ flags: NOTIFY | AA, question: `${name} SOA` });
        assert.deepEqual(replyToText(reply), ['NOTAUTH NOTIFY qr']);
      }
    },
  );

  rule(
    'RFC 1996 §3.2: the flags that NOTIFY does not have are zero in a reply, RD among them',
    {
      flags: NOTIFY | AA | OTHER_FLAGS,
      question: 'rich.example. SOA',
      failsOn: both('copies RD, which BIND clears'),
    },
    'NOTAUTH NOTIFY qr',
  );

  test(
    'RFC 1996 §4.7: a reply has the id and the question of the request',
    except({ failsOn: { nsd: 'leaves out the question' } }),
    async () => {
      const request = query({ flags: NOTIFY | AA, question: 'rich.example. SOA' });
      const client = await TcpClient.open();
      client.socket.write(framed(request));
      const reply = (await client.next()) ?? assert.fail('no reply');
      client.close();
      assert.deepEqual(reply.subarray(0, 2), request.subarray(0, 2));
      assert.equal((reply[2] ?? 0) & 0xf8, 0x80 | (4 << 3));
      assert.deepEqual(reply.subarray(12, request.length), request.subarray(12));
    },
  );
});
