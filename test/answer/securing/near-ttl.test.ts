/** A TTL that has fallen, as a change of health is near, is below that of the signature, which stays as it is (RFC 4034 §3.1.4). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { targetNumber, tcpTarget } from '../../support/target-number.ts';
import { Server } from '../server.ts';
import { assertMessageSigned } from './signed-message.ts';

const DO = 0x8000;

test('All steps of a TTL have one signature, over the TTL that the set has in the zone', () => {
  const server = new Server({ packetSlots: 1024 });
  const check = { type: 'tcp', port: 80 } as const;
  server.put({
    policy: {
      pools: { us: { records: { A: ['192.0.2.1'] }, check, ttl: 60, leastTtl: 5 } },
      hosts: { www: { kind: 'pool', pool: 'us' } },
    },
    signing: {},
  });
  const target = targetNumber(tcpTarget('192.0.2.1:80'));
  const answers = [0, 1, 2, 0].map((against) => {
    server.health.setNear(target, against);
    const { messages } = server.send({ question: 'www.example.com A', edns: { flags: DO } });
    const message = messages[0] ?? assert.fail('there is an answer');
    assertMessageSigned(message);
    return message.answers;
  });
  assert.deepEqual(
    answers.map((records) => records.map(({ ttl }) => ttl)),
    [
      [30, 30],
      [15, 15],
      [7, 7],
      [30, 30],
    ],
  );
  const signatures = answers.map((records) => {
    const signature = records.find(({ type }) => type === RRTYPE.RRSIG) ?? assert.fail('it is signed');
    return Buffer.from(signature.rdata).toString('hex');
  });
  assert.equal(new Set(signatures).size, 1);
  // RFC 4034 §3.1: type, algorithm and labels come before the original TTL.
  assert.equal(Buffer.from(signatures[0] ?? '', 'hex').readUInt32BE(4), 60);
});
