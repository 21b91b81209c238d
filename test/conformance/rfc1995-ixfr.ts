/** RFC 1995: what changed since the version that the client has; here always the whole zone. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';
import { must } from '../support/wire.ts';
import { except, framed, peer, query, TcpClient } from './server.ts';

const ZONE = 'child.rich.example.';
/** Of the zone. */
const SERIAL = 1;

/** A query with the SOA of the version that the client has. */
function ixfr(serial: number): Buffer {
  const times = serial.toString(16).padStart(8, '0') + '00000001'.repeat(4);
  const message = query({
    question: `${ZONE} IXFR`,
    trailing: `c00c 0006 0001 00000000 0016 00 00 ${times}`,
  });
  message.writeUInt16BE(1, 8);
  return message;
}

function typesIn(reply: Uint8Array | undefined): number[] {
  assert.ok(reply);
  const { rcode, answers } = must(decodeMessage(reply));
  assert.equal(rcode, 0);
  return answers.map(({ type }) => type);
}

describe('RFC 1995: IXFR', () => {
  let client: TcpClient;
  beforeEach(async () => {
    client = await TcpClient.open();
  });
  afterEach(() => client.close());

  async function over(message: Buffer): Promise<Buffer | undefined> {
    client.socket.write(framed(message));
    return client.next();
  }

  test('RFC 1995 §2: who is up to date, or ahead, gets the SOA alone', async () => {
    for (const serial of [SERIAL, SERIAL + 1]) {
      assert.deepEqual(typesIn(await over(ixfr(serial))), [RRTYPE.SOA], `${serial}`);
    }
  });

  test('RFC 1995 §4: who is behind by a version that is not kept gets the whole zone', async () => {
    const types = typesIn(await over(ixfr(0xffffffff)));
    assert.deepEqual([types[0], types.at(-1)], [RRTYPE.SOA, RRTYPE.SOA]);
    assert.equal(types.length, 4);
  });

  test('RFC 1995 §2: over UDP, what does not fit is the SOA, to come back over TCP', async () => {
    assert.deepEqual(typesIn(await peer.ask(ixfr(SERIAL))), [RRTYPE.SOA]);
    const [first] = typesIn(await peer.ask(ixfr(0xffffffff)));
    assert.equal(first, RRTYPE.SOA);
  });

  test(
    'RFC 1995 §3: a query that does not say what the client has is malformed',
    except({ failsOn: { nsd: 'FORMERR that counts a question it does not hold' } }),
    async () => {
      const reply = await over(query(`${ZONE} IXFR`));
      assert.equal(must(decodeMessage(reply ?? assert.fail('no reply'))).rcode, 1);
    },
  );
});
