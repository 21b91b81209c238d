/** Frames of HTTP/2 in pieces: all octets, in order, and few streams opened or ended by each. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { FramePieces } from '../../../runtime/transport/streams/frame-pieces.ts';
import { PREFACE, request, reset } from '../../support/http2-frames.ts';

/** Streams that one piece opens or ends at most. */
const MOST = 8;

const frames = fc.array(
  fc.oneof(
    fc.record({ type: fc.constantFrom(1, 3), octets: fc.integer({ min: 0, max: 40 }) }),
    fc.record({ type: fc.integer({ min: 0, max: 255 }), octets: fc.integer({ min: 0, max: 300 }) }),
  ),
  { minLength: 1, maxLength: 60 },
);
const sizes = fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 5 });

suite('Frames in pieces', () => {
  test('are the octets that came, however they came and whenever they are asked for', () => {
    fc.assert(
      fc.property(frames, sizes, fc.infiniteStream(fc.nat(3)), (plan, lengths, takes) => {
        const octets = Buffer.concat([PREFACE, ...plan.map(({ type, octets }) => frame(type, octets))]);
        const pieces = new FramePieces();
        const taken: Buffer[] = [];
        for (const chunk of inChunks(octets, lengths)) {
          const lent = Buffer.from(chunk);
          pieces.append(lent);
          for (let left = takes.next().value ?? 0; left > 0; left -= 1) taken.push(...next(pieces));
          pieces.keep();
          lent.fill(0);
        }
        while (pieces.octets > 0) taken.push(...next(pieces));
        assert.deepEqual(Buffer.concat(taken), octets);
        assert.deepEqual(next(pieces), []);
      }),
    );
  });

  test('open and end few streams each', () => {
    fc.assert(
      fc.property(frames, sizes, (plan, lengths) => {
        const ends: number[] = [PREFACE.length];
        for (const { octets } of plan) ends.push((ends.at(-1) ?? 0) + 9 + octets);
        const dear = ends.slice(1).filter((_, index) => [1, 3].includes(plan[index]?.type ?? 0));
        const octets = Buffer.concat([PREFACE, ...plan.map(({ type, octets }) => frame(type, octets))]);
        const pieces = new FramePieces();
        let at = 0;
        for (const chunk of inChunks(octets, lengths)) {
          pieces.append(chunk);
          for (const piece of iterate(pieces)) {
            const end = at + piece.length;
            assert.ok(dear.filter((one) => one > at && one <= end).length <= MOST);
            at = end;
          }
        }
      }),
    );
  });

  test('are as many as streams need, and no more', () => {
    const pieces = new FramePieces();
    const opened = Array.from({ length: 20 }, (_, index) => request(2 * index + 1, '/'));
    pieces.append(Buffer.concat([PREFACE, ...opened, reset(1)]));
    assert.equal([...iterate(pieces)].length, 3);
  });

  test('can be dropped', () => {
    const pieces = new FramePieces();
    pieces.append(Buffer.concat([PREFACE, request(1, '/')]));
    pieces.clear();
    assert.equal(pieces.octets, 0);
    assert.equal(pieces.next(), undefined);
  });
});

function* iterate(pieces: FramePieces): Generator<Buffer> {
  for (let piece = pieces.next(); piece !== undefined; piece = pieces.next()) yield piece;
}

/** A copy of the next piece, if there is one. */
function next(pieces: FramePieces): Buffer[] {
  const piece = pieces.next();
  return piece === undefined ? [] : [Buffer.from(piece)];
}

function* inChunks(octets: Buffer, lengths: readonly number[]): Generator<Buffer> {
  for (let at = 0, turn = 0; at < octets.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield octets.subarray(at, at + length);
    at += length;
  }
}

function frame(type: number, octets: number): Buffer {
  const header = Buffer.alloc(9 + octets, 'x');
  header.writeUIntBE(octets, 0, 3);
  header[3] = type;
  return header;
}
