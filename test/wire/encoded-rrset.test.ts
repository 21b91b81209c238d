/** RRsets encoded once are what the writer makes of them each time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeRRset } from '../../runtime/wire/encoded-rrset.ts';
import { nameLayout } from '../../runtime/wire/rdata/embedded-names.ts';
import { MessageWriter } from '../../runtime/wire/writer.ts';
import { names, typedRdata } from '../support/arbitraries.ts';
import { parsed, queryPacket } from '../support/queries.ts';
import { rdata } from '../support/wire.ts';

const ttls = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const sets = fc
  .tuple(typedRdata, fc.integer({ min: 1, max: 20 }), ttls)
  .map(([{ type, rdata: value }, count, ttl]) => ({
    type,
    ttl,
    rdatas: Array(count).fill(value) as Uint8Array[],
  }));

test('An answer with an encoded set is octet for octet what it is without, whatever TTL it is given', () => {
  fc.assert(
    fc.property(sets, names, fc.integer({ min: 100, max: 2000 }), ttls, (set, other, limit, ttl) => {
      const encoded = encodeRRset(set);
      assert.equal(encoded === undefined, nameLayout(set.type)?.mayCompress === true);
      if (encoded === undefined) return;
      const [plain, quick] = [begun(limit), begun(limit)];
      const fits = plain.writeRRset('answer', undefined, set.type, ttl, set.rdatas);
      assert.equal(quick.writeEncoded('answer', encoded, ttl, set.rdatas.length), fits);
      // What comes after it is compressed alike.
      for (const writer of [plain, quick])
        writer.writeRRset('additional', other, 1, 60, [rdata('A', '192.0.2.1')]);
      assert.deepEqual(written(quick), written(plain));
    }),
  );
});

test('A set whose names are compressed is left to the writer', () => {
  assert.equal(encodeRRset({ type: 15, ttl: 60, rdatas: [rdata('MX', '10 mail.example.')] }), undefined);
});

function begun(limit: number): MessageWriter {
  const { packet, query } = parsed(queryPacket('wWw.eXample.com'));
  const writer = new MessageWriter();
  writer.begin(packet, query, limit);
  return writer;
}

function written(writer: MessageWriter): Uint8Array {
  return Uint8Array.from(writer.buffer.subarray(0, writer.finish()));
}
