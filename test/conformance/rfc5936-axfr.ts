/** RFC 5936: whole zones, to whom may have them. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { AnswerCheck, Signer } from '../../runtime/tsig/signature.ts';
import { keyringOf } from '../../runtime/tsig/tsig-key.ts';
import type { Asked } from '../support/packet.ts';
import { replyToText } from '../support/reply.ts';
import { must } from '../support/wire.ts';
import { ask, both, except, framed, query, TcpClient } from './server.ts';
import { TSIG_KEY } from './target.ts';

const ZONE = 'child.rich.example.';
const SOA = 'ns1.rich.example. hostmaster.rich.example. 1 7200 900 1209600 3600';

describe('RFC 5936: AXFR', () => {
  let client: TcpClient;
  beforeEach(async () => {
    client = await TcpClient.open();
  });
  afterEach(() => client.close());

  /** One message that answers, over TCP. */
  async function over(asked: Asked | string): Promise<string[]> {
    client.socket.write(framed(query(asked)));
    return replyToText((await client.next()) ?? assert.fail('no reply'));
  }

  test(
    'RFC 5936 §2.2: the zone begins and ends with its SOA',
    except({ failsOn: { knot: 'clears AA' } }),
    async () => {
      const [header, ...records] = await over(`${ZONE} AXFR`);
      assert.equal(header, 'NOERROR qr aa');
      assert.deepEqual([records[0], records.at(-1)], Array(2).fill(`answer ${ZONE} 20 IN SOA ${SOA}`));
      assert.deepEqual(records.slice(1, -1).toSorted(), [
        `answer ${ZONE} 300 IN NS ns1.rich.example.`,
        `answer www.${ZONE} 300 IN A 192.0.2.77`,
      ]);
    },
  );

  test('RFC 5936 §3.5: glue goes along, and what belongs to the zone below does not', async () => {
    const key = keyringOf([TSIG_KEY]).get(TSIG_KEY.name) ?? assert.fail();
    const { signed, mac } = new Signer(key, undefined).sign(query('rich.example. AXFR'));
    const check = new AnswerCheck(key, mac);
    client.socket.write(framed(signed));
    const records: string[] = [];
    while (records.filter((line) => line.includes(' IN SOA ')).length < 2) {
      const reply = must(check.next((await client.next()) ?? assert.fail('closed')));
      records.push(...replyToText(reply).slice(1));
    }
    const has = (text: string) => records.some((line) => line.startsWith(`answer ${text}`));
    assert.ok(has('ns.sub.rich.example. 300 IN A 192.0.2.54'));
    assert.ok(has(`${ZONE} 300 IN DS `));
    assert.ok(!has(`www.${ZONE}`));
  });

  test('RFC 5936 §2.2.1: messages have the id and the question of the query, the first at least', async () => {
    const asked = query(`${ZONE} AXFR`);
    client.socket.write(framed(asked));
    const reply = (await client.next()) ?? assert.fail('no reply');
    assert.deepEqual(reply.subarray(0, 2), asked.subarray(0, 2));
    assert.deepEqual(reply.subarray(12, asked.length), asked.subarray(12));
  });

  test('RFC 5936 §4.1.1: other queries share the connection', async () => {
    const www = query(`www.${ZONE} A`);
    client.socket.write(framed(query(`${ZONE} AXFR`), www, query(`${ZONE} AXFR`)));
    const replies: Buffer[] = [];
    while (replies.length < 3) replies.push((await client.next()) ?? assert.fail('closed'));
    const answer = replies.find((reply) => reply.subarray(0, 2).equals(www.subarray(0, 2)));
    assert.deepEqual(replyToText(answer ?? assert.fail('no answer')), [
      'NOERROR qr aa',
      `answer www.${ZONE} 300 IN A 192.0.2.77`,
    ]);
  });

  test('RFC 9103 §7: over TLS as over TCP', except({ needs: 'TLS' }), async () => {
    const secured = await TcpClient.openSecured();
    secured.socket.write(framed(query(`${ZONE} AXFR`)));
    const [header, ...records] = replyToText((await secured.next()) ?? assert.fail('no reply'));
    secured.close();
    assert.equal(header, 'NOERROR qr aa');
    assert.equal(records.length, 4);
  });

  test(
    'RFC 5936 §4.2: there is no AXFR over UDP',
    except({ failsOn: both('NOTIMP or REFUSED') }),
    async () => {
      assert.deepEqual(replyToText(await ask(`${ZONE} AXFR`)), ['FORMERR qr']);
    },
  );

  test('RFC 5936 §2.2.1: what is no zone here is not told from what is not allowed', async () => {
    for (const name of ['elsewhere.example.', `www.${ZONE}`]) {
      assert.match((await over(`${name} AXFR`))[0] ?? '', /^(NOTAUTH|REFUSED) qr$/);
    }
  });

  test(
    'RFC 5936 §2.1: other classes have no zones here',
    except({ failsOn: { knot: 'NOTIMP' } }),
    async () => {
      assert.deepEqual(await over(`${ZONE} AXFR CH`), ['REFUSED qr']);
    },
  );

  test(
    'RFC 9619 §4: two questions ask for nothing',
    except({ failsOn: { knot: 'says nothing' } }),
    async () => {
      const [header] = await over({ question: [`${ZONE} AXFR`, `${ZONE} AXFR`] });
      assert.equal(header, 'FORMERR qr');
    },
  );
});
