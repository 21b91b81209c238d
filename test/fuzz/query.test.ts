/**
 * Laws of reading queries, over octets that are random, over queries that are mutated, and over
 * queries that are right. Same seed every time; DNSTEER_FUZZ_SEED and DNSTEER_FUZZ_RUNS look further.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { canonicalName } from '../../runtime/wire/name.ts';
import { parseQuery, Query } from '../../runtime/wire/query.ts';
import { MessageWriter } from '../../runtime/wire/writer.ts';
import { queries } from '../support/arbitraries.ts';
import { FUZZ } from '../support/fuzz.ts';
import { must } from '../support/wire.ts';

const REUSED = new Query();
const WRITER = new MessageWriter();

/** What holds for every packet whatever. */
function checkLaws(packet: Uint8Array): void {
  const before = Uint8Array.from(packet);
  const outcome = parseQuery(packet, REUSED);
  assert.deepEqual(Uint8Array.from(packet), before, 'a packet is read, not written');
  const isDropped = packet.length < 12 || (packet[2] ?? 0) >= 0x80;
  assert.equal(outcome === 'drop', isDropped, 'silence for responses and scraps, an answer for all else');
  if (isDropped) return;
  checkAgainstDecoder(packet, outcome);
  // Whatever the fault, a reply can be made, and it is well-formed.
  WRITER.begin(packet, REUSED, 512);
  if (REUSED.edns) WRITER.writeOpt({ udpSize: 1232, dnssecOk: REUSED.dnssecOk });
  const reply = must(decodeMessage(WRITER.buffer.subarray(0, WRITER.finish())));
  assert.equal(reply.id, (packet[0] ?? 0) * 256 + (packet[1] ?? 0));
  assert.equal(reply.isResponse, true);
  assert.equal(reply.questions.length, REUSED.nameLength > 0 ? 1 : 0);
}

/** What the fast parser accepts, the decoder reads the same. */
function checkAgainstDecoder(packet: Uint8Array, outcome: string): void {
  if (outcome !== 'ok') return;
  const decoded = decodeMessage(packet);
  // The decoder follows pointers and reads RDATA, which the parser has no need to.
  if (!decoded.ok) return;
  const [question] = decoded.value.questions;
  assert.ok(question);
  assert.deepEqual(REUSED.name.slice(0, REUSED.nameLength), canonicalName(question.name));
  assert.deepEqual([REUSED.type, REUSED.class], [question.type, question.class]);
  const { edns } = decoded.value;
  assert.equal(REUSED.edns, edns !== undefined);
  assert.equal(REUSED.dnssecOk, edns?.dnssecOk ?? false);
  assert.equal(REUSED.clientSubnet.present, edns?.clientSubnet !== undefined);
  if (edns?.clientSubnet !== undefined) assert.equal(REUSED.clientSubnet.source, edns.clientSubnet.source);
}

test('The laws hold for any octets', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), checkLaws), FUZZ);
});

test('The laws hold for a header and any octets', () => {
  const header = fc.constantFrom(
    [0, 1, 0, 0, 0, 0, 0, 0],
    [0, 1, 0, 0, 0, 0, 0, 1],
    [0, 1, 0, 1, 0, 1, 0, 2],
  );
  const packet = fc
    .tuple(header, fc.uint8Array({ maxLength: 60 }))
    .map(([counts, rest]) => Uint8Array.from([0x12, 0x34, 1, 0, ...counts, ...rest]));
  fc.assert(fc.property(packet, checkLaws), FUZZ);
});

test('The laws hold for queries with some octets changed', () => {
  const changes = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 });
  fc.assert(
    fc.property(queries, changes, fc.nat(30), ({ packet }, list, cut) => {
      const mutated = Uint8Array.from(packet).subarray(0, cut > 25 ? packet.length - cut : packet.length);
      for (const [at, octet] of list) mutated[at % Math.max(1, mutated.length)] = octet;
      checkLaws(mutated);
    }),
    FUZZ,
  );
});

test('Every query that is right is read as what it is', () => {
  fc.assert(
    fc.property(queries, ({ packet, name, type, edns }) => {
      assert.equal(parseQuery(packet, REUSED), 'ok');
      assert.deepEqual(REUSED.name.slice(0, REUSED.nameLength), canonicalName(name));
      assert.equal(REUSED.type, type);
      assert.equal(REUSED.edns, edns !== undefined);
      assert.equal(REUSED.udpSize, Math.max(512, edns?.udpSize ?? 0));
      assert.equal(REUSED.clientSubnet.present, edns?.subnet !== undefined);
      if (edns?.subnet !== undefined) {
        const { family, source, address } = edns.subnet;
        assert.deepEqual([REUSED.clientSubnet.family, REUSED.clientSubnet.source], [family, source]);
        assert.deepEqual(REUSED.clientSubnet.address.slice(0, address.length), address);
      }
      checkLaws(packet);
    }),
    FUZZ,
  );
});

test('Every beginning of a query is a fault', () => {
  fc.assert(
    fc.property(queries, fc.nat(), ({ packet }, length) => {
      const cut = packet.subarray(0, length % packet.length);
      assert.equal(parseQuery(cut, REUSED), cut.length < 12 ? 'drop' : 'formerr');
    }),
    FUZZ,
  );
});
