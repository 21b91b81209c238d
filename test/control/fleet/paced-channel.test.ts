/** Long messages go in parts, one at a time, and nothing of them is lost or comes out of order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OctetsReader } from '../../../runtime/answer/replies/sent-octets.ts';
import { inParts, PacedChannel, type PacedMessage } from '../../../runtime/control/fleet/paced-channel.ts';

const MOST = 96 * 1024;

function opened() {
  const sent: PacedMessage[] = [];
  const channel = new PacedChannel((message) => sent.push(message));
  return { sent, channel };
}

test('The next message goes when the one before was taken', () => {
  const { sent, channel } = opened();
  for (const zone of ['a', 'b', 'c']) channel.send({ t: 'zones', seq: 1, put: [], drop: [zone] });
  const dropped = () => sent.flatMap((message) => (message.t === 'zones' ? message.drop : []));
  assert.deepEqual(dropped(), ['a']);
  channel.noteTaken();
  assert.deepEqual(dropped(), ['a', 'b']);
  channel.noteTaken();
  channel.noteTaken();
  assert.deepEqual(dropped(), ['a', 'b', 'c']);
});

test('Octets that no message holds go ahead in pieces, and are read as they were', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 400_000 }), fc.nat(255), async (size, seed) => {
      const { sent, channel } = opened();
      const octets = Uint8Array.from({ length: size }, (_, index) => (index * 7 + seed) & 0xff);
      const image = { base64: Buffer.from(octets).toString('base64') };
      const cut = channel.cutDown({ zone: 'example.com', version: '1', image });
      for (let before = -1; before < sent.length; ) {
        before = sent.length;
        channel.noteTaken();
      }
      const reader = new OctetsReader();
      for (const message of sent) {
        assert.ok(JSON.stringify(message).length <= MOST + 200);
        if (message.t === 'octets') reader.take(message);
      }
      const read = await reader.read(cut.image);
      assert.ok(read.ok && Buffer.compare(read.value, octets) === 0);
      assert.equal('pieces' in cut.image, sent.length > 0);
    }),
    { numRuns: 20 },
  );
});

test('A list is cut into parts that fit, in its order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2 * MOST)), (sizes) => {
      const parts = inParts(sizes, (size) => size);
      assert.deepEqual(parts.flat(), sizes);
      for (const part of parts) {
        const sum = part.reduce((characters, size) => characters + size, 0);
        assert.ok(part.length === 1 || sum <= MOST);
      }
    }),
  );
});
