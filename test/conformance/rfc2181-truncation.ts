/** RFC 2181 §9: when TC is set, and what goes with it; RFC 1035 §4.2.1: what size UDP has. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ecs } from '../support/packet.ts';
import { replyToText } from '../support/reply.ts';
import { ask, except, framed, MINIMAL, NO_SUBNET, query, rule, TcpClient } from './server.ts';

describe('RFC 2181 §9: truncation', () => {
  rule(
    'RFC 1035 §4.2.1: without EDNS, 512 octets are the limit',
    'medium.rich.example. TXT',
    'NOERROR qr aa tc',
  );
  rule(
    'RFC 2181 §9: an RRset that does not fit is left out whole',
    'large.rich.example. TXT',
    'NOERROR qr aa tc',
  );
  rule(
    'RFC 6891 §6.2.5: with EDNS, what the client takes is the limit',
    { question: 'medium.rich.example. TXT', opt: { udpSize: 600 } },
    'NOERROR qr aa tc',
    'edns udp 1232',
  );
  rule(
    'RFC 6891 §6.2.5: and what we send at most',
    { question: 'large.rich.example. TXT', opt: { udpSize: 4096 } },
    'NOERROR qr aa tc',
    'edns udp 1232',
  );
  rule(
    'RFC 7871 §7.2.1: OPT and its options stay',
    { question: 'large.rich.example. TXT', opt: { options: ecs(1, 24, 0, 'c00002') }, failsOn: NO_SUBNET },
    'NOERROR qr aa tc',
    'edns udp 1232, subnet 192.0.2.0/24/0',
  );

  test('RFC 6891 §6.2.5: what fits is not truncated', async () => {
    const [header, ...records] = replyToText(await ask({ question: 'medium.rich.example. TXT', opt: {} }));
    assert.equal(header, 'NOERROR qr aa');
    assert.equal(records.filter((line) => line.startsWith('answer')).length, 5);
  });

  test(
    'RFC 2181 §9: TC is not set for additional records that do not fit',
    except({ failsOn: MINIMAL }),
    async () => {
      const reply = await ask('crowd.rich.example. MX');
      assert.ok(reply.length <= 512);
      const lines = replyToText(reply);
      assert.equal(lines[0], 'NOERROR qr aa');
      assert.equal(lines.filter((line) => line.startsWith('answer')).length, 8);
      const additional = lines.filter((line) => line.startsWith('additional')).length;
      assert.ok(additional > 0 && additional < 16, `${additional} addresses`);
    },
  );

  test('RFC 1035 §4.2.1: what was truncated is had over TCP', async () => {
    const sent = query('medium.rich.example. TXT');
    const client = await TcpClient.open();
    client.socket.write(framed(sent));
    const reply = (await client.next()) ?? assert.fail('no reply');
    client.close();
    assert.equal(replyToText(reply)[0], 'NOERROR qr aa');
    assert.ok(reply.length > 512);
  });
});
