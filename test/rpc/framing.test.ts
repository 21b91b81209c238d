/** Frames survive any way the pipe may cut them, and nothing a hostile sandbox sends does harm. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeFrame, encodeFrame, FrameReader } from '../../runtime/rpc/framing.ts';

const MOST = 1_000;

/** Pushes octets in pieces of the given sizes (the last one again and again). */
function pushInPieces(octets: Buffer, sizes: readonly number[], mostOctets = MOST) {
  const frames: string[] = [];
  const reader = new FrameReader(
    () => mostOctets,
    (json) => frames.push(json),
  );
  let problem: string | undefined;
  // A reader must not keep what it was given: the sandbox reads into the same memory again and again.
  const memory = Buffer.alloc(octets.length);
  for (let at = 0, piece = 0; at < octets.length; piece += 1) {
    const size = Math.max(1, sizes[Math.min(piece, sizes.length - 1)] ?? 1);
    const end = Math.min(octets.length, at + size);
    const chunk = memory.subarray(0, end - at).fill(octets.subarray(at, end));
    problem = reader.push(chunk) ?? problem;
    at = end;
  }
  return { frames, problem };
}

function header(length: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(length);
  return octets;
}

test('Messages arrive as they were sent, however the pipe cuts them', () => {
  const batches = fc.array(fc.array(fc.jsonValue(), { maxLength: 4 }), { maxLength: 5 });
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(batches, sizes, (sent, pieces) => {
      // As they are after JSON: -0 is 0.
      const texts = sent.map((messages) => messages.map((message) => JSON.stringify(message)));
      const { frames, problem } = pushInPieces(Buffer.concat(texts.map(encodeFrame)), pieces, 100_000);
      assert.equal(problem, undefined);
      assert.deepEqual(
        frames,
        texts.map((messages) => `[${messages.join(',')}]`),
      );
    }),
  );
});

test('Hostile octets yield frames within bounds or one lasting problem, and never throw', () => {
  const octets = fc.uint8Array({ maxLength: 60 });
  // Lengths that are nearly right lead deeper than random ones.
  const frame = fc.tuple(fc.integer({ min: 0, max: MOST + 2 }), octets);
  const stream = fc.oneof(
    octets,
    fc
      .array(frame, { maxLength: 5 })
      .map((frames) => Buffer.concat(frames.flatMap(([n, body]) => [header(n), body]))),
  );
  fc.assert(
    fc.property(stream, fc.integer({ min: 1, max: 50 }), (bytes, size) => {
      const { frames, problem } = pushInPieces(Buffer.from(bytes), [size]);
      for (const json of frames) {
        assert.ok(json.length <= MOST);
        decodeFrame(json);
      }
      if (problem !== undefined) assert.match(problem, /^Frame of \d+ octets: 1 to 1000 are allowed$/);
    }),
  );
});

test('A length beyond the limit is refused before its octets come', () => {
  for (const length of [MOST + 1, 2 ** 31, 2 ** 32 - 1]) {
    const { problem } = pushInPieces(header(length), [1]);
    assert.equal(problem, `Frame of ${length} octets: 1 to ${MOST} are allowed`);
  }
});

test('An empty frame is refused', () => {
  assert.equal(pushInPieces(header(0), [4]).problem, 'Frame of 0 octets: 1 to 1000 are allowed');
});

test('After a bad length nothing is read any more', () => {
  const { frames, problem } = pushInPieces(Buffer.concat([header(0), encodeFrame(['1'])]), [3]);
  assert.deepEqual(frames, []);
  assert.notEqual(problem, undefined);
});

test('A frame that is cut short is no frame', () => {
  const whole = encodeFrame(['{"t":"ready"}']);
  for (let length = 0; length < whole.length; length += 1) {
    assert.deepEqual(pushInPieces(whole.subarray(0, length), [5]), { frames: [], problem: undefined });
  }
});

test('A frame holds an array of messages', () => {
  assert.deepEqual(decodeFrame('[1,{"t":"ready"}]'), { ok: true, value: [1, { t: 'ready' }] });
  assert.deepEqual(decodeFrame('{"t":"ready"}'), { ok: false, problem: 'Frame is not an array of messages' });
  assert.deepEqual(decodeFrame('[1'), { ok: false, problem: 'Frame is not JSON' });
});
