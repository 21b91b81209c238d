/**
 * Laws of reading what a sandbox writes: any octets, cut anywhere, are read as a plain reading of the
 * whole says; nothing is allocated beyond the limit; and no JSON, however built, does harm.
 */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { decodeFrame, encodeFrame, FrameReader, MOST_FROM_SANDBOX } from '../../runtime/rpc/framing.ts';
import type { Loaded, Ran } from '../../runtime/rpc/sandbox-protocol.ts';
import { isFromSandbox, loadedProblem, ranProblem } from '../../runtime/rpc/sandbox-reply.ts';
import { FUZZ } from '../support/fuzz.ts';

/** Of the streams below; small, so that lengths just over it are common. */
const MOST = 64;

/** Frames of a whole stream, read without any state. */
function framesIn(stream: Buffer): { frames: string[]; isBroken: boolean } {
  const frames: string[] = [];
  for (let at = 0; at + 4 <= stream.length; ) {
    const length = stream.readUInt32BE(at);
    if (length === 0 || length > MOST) return { frames, isBroken: true };
    if (at + 4 + length > stream.length) break;
    frames.push(stream.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length;
  }
  return { frames, isBroken: false };
}

function lengthOf(octets: number): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(octets);
  return header;
}

const octets = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes));
/** Right, nearly right, or anything. */
const piece = fc.oneof(
  octets
    .filter(({ length }) => length > 0 && length <= MOST)
    .map((body) => Buffer.concat([lengthOf(body.length), body])),
  fc.tuple(fc.nat(MOST + 2), octets).map(([length, body]) => Buffer.concat([lengthOf(length), body])),
  fc
    .array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 2 })
    .map((all) => encodeFrame(all.map((one) => JSON.stringify(one)))),
  octets,
);
const streams = fc.array(piece, { maxLength: 6 }).map((pieces) => Buffer.concat(pieces));

suite('Frames of a sandbox', { timeout: 30_000 }, () => {
  test('Any octets are read the same, wherever the pipe cuts them', () => {
    fc.assert(
      fc.property(streams, fc.array(fc.nat(20), { minLength: 1, maxLength: 8 }), (stream, sizes) => {
        const frames: string[] = [];
        const reader = new FrameReader(
          () => MOST,
          (json) => frames.push(json),
        );
        let problem: string | undefined;
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const end = at + 1 + (sizes[turn % sizes.length] ?? 0);
          // A copy that is spoilt afterwards: the pipe's buffer is used again.
          const chunk = Buffer.from(stream.subarray(at, end));
          problem = reader.push(chunk);
          chunk.fill(0xff);
          at = end;
        }
        const expected = framesIn(stream);
        assert.deepEqual(frames, expected.frames);
        assert.equal(problem !== undefined, expected.isBroken);
      }),
      FUZZ,
    );
  });

  test('A declared length allocates nothing beyond the limit, and within it once', () => {
    const slack = 100_000;
    for (const [declared, most] of [
      [MOST_FROM_SANDBOX + 1, slack],
      [2 ** 32 - 1, slack],
      [MOST_FROM_SANDBOX, MOST_FROM_SANDBOX + slack],
    ] as const) {
      const reader = new FrameReader(
        () => MOST_FROM_SANDBOX,
        () => assert.fail('no frame is whole'),
      );
      const before = process.memoryUsage().arrayBuffers;
      reader.push(lengthOf(declared));
      for (let drop = 0; drop < 1000; drop += 1) reader.push(Buffer.of(0x5b));
      assert.ok(process.memoryUsage().arrayBuffers - before <= most, `${declared} octets were declared`);
    }
  });

  test('A frame that dribbles in octet by octet is whole in the end', () => {
    let frames = 0;
    const frame = encodeFrame([JSON.stringify('x'.repeat(100_000))]);
    const reader = new FrameReader(
      () => MOST_FROM_SANDBOX,
      () => {
        frames += 1;
      },
    );
    for (const octet of frame) assert.equal(reader.push(Buffer.of(octet)), undefined);
    assert.equal(frames, 1);
  });

  test('Octets that are no UTF-8 are text or no JSON, and never believed', () => {
    fc.assert(
      fc.property(octets, (body) => {
        const frame = decodeFrame(`["${body.toString('utf8')}"]`);
        if (!frame.ok) assert.equal(frame.problem, 'Frame is not JSON');
        else for (const message of frame.value) assert.equal(isFromSandbox(message), false);
      }),
      FUZZ,
    );
  });

  test('Frames without messages are refused: they could be sent for ever', () => {
    for (const json of ['[]', '[ ]', `[${' '.repeat(1000)}]`]) {
      assert.deepEqual(decodeFrame(json), { ok: false, problem: 'Frame holds no messages' });
    }
  });

  for (const [what, json] of bombs()) {
    test(`No harm in ${what}`, () => {
      const frame = decodeFrame(json);
      if (!frame.ok) return;
      for (const message of frame.value) {
        assert.equal(isFromSandbox(message), false);
        // Such a thing where a policy's own part is due.
        const ran = { plan: message, reads: [], impure: message } as unknown as Ran;
        assert.notEqual(ranProblem(ran), undefined);
        loadedProblem({ manifest: message } as unknown as Loaded);
      }
      assert.deepEqual(Object.keys(Object.prototype), []);
      assert.equal(Reflect.get({}, 't'), undefined);
    });
  }
});

/** Up to a megabyte of JSON each: small to write, large to hold. */
function bombs(): [what: string, json: string][] {
  const many = (text: string, count: number) => `[${Array.from({ length: count }, () => text).join()}]`;
  const keys = (key: (index: number) => string, count: number) =>
    `[{${Array.from({ length: count }, (_, index) => `"${key(index)}":1`).join()}}]`;
  const ready = '{"t":"ready","open":[],"lockless":[]}';
  return [
    ['arrays in arrays', '['.repeat(250_000) + ']'.repeat(250_000)],
    ['objects in objects', `[${'{"of":'.repeat(100_000)}1${'}'.repeat(100_000)}]`],
    ['arrays that do not end', '['.repeat(1_000_000)],
    ['empty arrays', many('[]', 300_000)],
    ['empty objects', many('{}', 300_000)],
    ['keys', keys((index) => `k${index}`, 80_000)],
    ['keys that are indices', keys((index) => String(index * 16_384), 60_000)],
    ['keys that are large numbers', keys((index) => String(2 ** 32 + index * 2 ** 20), 50_000)],
    ['one key many times', keys(() => 'kind', 80_000)],
    ['a number with many digits', `[${'9'.repeat(1_000_000)}]`],
    ['numbers beyond all bounds', '[1e999999,-1e999999,1e-999999,{"t":"ran","id":1e999,"micros":1e999}]'],
    ['a prototype', `[{"__proto__":${ready}},{"constructor":{"prototype":${ready}}}]`],
    ['lone surrogates', String.raw`["\ud800","\udfff\ud800",{"\ud800":1}]`],
    ['escapes', `["${String.raw`\u0000`.repeat(100_000)}"]`],
  ];
}
