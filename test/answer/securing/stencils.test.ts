/** What a stencil is for, and that it follows the length of the name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stencils } from '../../../runtime/answer/securing/stencils.ts';
import { decodeMessage } from '../../../runtime/wire/decode.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import { MessageWriter } from '../../../runtime/wire/writer.ts';
import { parsed } from '../../support/queries.ts';
import { must, name, rdata } from '../../support/wire.ts';
import { messageToText } from '../message-text.ts';
import { packetOf } from '../packet.ts';

const ZONE = name('example.com.');
const SOA = [rdata('SOA', 'ns.example.com. host.example.net. 1 2 3 4 5')];

/** A reply begun, to a question for a name. */
function begun(question: string, limit = 1232): { writer: MessageWriter; length: number } {
  const writer = new MessageWriter();
  const { packet, query } = parsed(packetOf({ question: `${question} A` }));
  writer.begin(packet, query, limit);
  return { writer, length: query.nameLength };
}

function written(question: string, records: number): { writer: MessageWriter; length: number } {
  const reply = begun(question);
  reply.writer.writeRRset('authority', ZONE, RRTYPE.SOA, 60, SOA);
  for (let index = 1; index < records; index += 1) {
    const owner = name(`h${index}.example.com.`);
    reply.writer.writeRRset('authority', owner, RRTYPE.A, 60, [Uint8Array.of(192, 0, 2, index)]);
  }
  return reply;
}

test('A stencil is for one version, period, kind and place, and for those that were cut last', () => {
  const stencils = new Stencils(2);
  const { writer, length } = written('x.example.com', 2);
  assert.equal(stencils.turnTo(1, 2, 3, -4, length, 0), false);
  stencils.take(writer);
  assert.equal(stencils.turnTo(1, 2, 3, -4, length, 0), true);
  for (const [version, period, kind, place] of [
    [9, 2, 3, -4],
    [1, 9, 3, -4],
    [1, 2, 9, -4],
    [1, 2, 3, -9],
  ] as const) {
    assert.equal(
      stencils.turnTo(version, period, kind, place, length, 0),
      false,
      `${version} ${period} ${kind} ${place}`,
    );
  }
  // The first goes once both slots have been taken by others.
  for (const place of [-5, -6]) {
    stencils.turnTo(1, 2, 3, place, length, 0);
    stencils.take(writer);
    assert.equal(stencils.turnTo(1, 2, 3, place, length, 0), true);
  }
  assert.equal(stencils.turnTo(1, 2, 3, -4, length, 0), false);
});

test('Pointers move with what they point to, on into the last octet of a name', () => {
  for (const asked of [
    'y',
    'much-longer',
    `${'l'.repeat(63)}.${'m'.repeat(63)}.${'n'.repeat(63)}.${'o'.repeat(47)}`,
  ]) {
    const stencils = new Stencils(2);
    const cut = written('x.example.com', 5);
    stencils.turnTo(1, 1, 1, -1, cut.length, 0);
    stencils.take(cut.writer);
    const question = `${asked}.example.com`;
    const [taken, made] = [begun(question), written(question, 5)];
    assert.ok(stencils.turnTo(1, 1, 1, -1, taken.length, 0) && stencils.write(taken.writer));
    assert.deepEqual(Buffer.from(taken.writer.message()), Buffer.from(made.writer.message()));
    assert.equal(messageToText(must(decodeMessage(taken.writer.message()))).length, 6);
  }
});

test('What does not fit is not written', () => {
  const stencils = new Stencils(2);
  const cut = written('x.example.com', 5);
  stencils.turnTo(1, 1, 1, -1, cut.length, 0);
  stencils.take(cut.writer);
  const octets = cut.writer.sectionsEnd;
  for (const [limit, fits] of [
    [octets, true],
    [octets - 1, false],
  ] as const) {
    const { writer, length } = begun('y.example.com', limit);
    stencils.turnTo(1, 1, 1, -1, length, 0);
    assert.equal(stencils.write(writer), fits);
    assert.equal(writer.isWhole, fits);
  }
});

test('Replies that are too long, or have too many pointers, or one into what is theirs alone, leave no stencil', () => {
  for (const [records, question] of [
    [40, 'x.example.com'],
    [17, 'x.example.com'],
    [2, 'ns.example.com'],
  ] as const) {
    const stencils = new Stencils(2);
    const { writer, length } = written(question, records);
    stencils.turnTo(1, 1, 1, -1, length, 0);
    stencils.take(writer);
    assert.equal(stencils.turnTo(1, 1, 1, -1, length, 0), false, `${records} records`);
  }
});
