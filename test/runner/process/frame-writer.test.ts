/** Which runs share a frame, and that everything keeps its order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FrameReader } from '../../../runtime/rpc/framing.ts';
import { FrameWriter, type RunToSend } from '../../../runtime/runner/process/frame-writer.ts';
import { FACTS } from '../guests.ts';

/** A writer, and what was written with each call. */
function watched() {
  const writes: string[][] = [];
  const writer = new FrameWriter((octets) => {
    const texts: string[] = [];
    new FrameReader(
      () => 1e9,
      (text) => texts.push(text),
    ).push(Buffer.from(octets));
    writes.push(texts);
  });
  return { writer, writes };
}

function run(id: number, changes: Partial<RunToSend> = {}, key = 'a'): RunToSend {
  const ask = { key, host: 'www', name: `n${id}`, type: 'A', facts: FACTS };
  return { id, ask, timeoutMs: 5, wallMs: 6, hasPlace: true, isAlone: false, sharesCall: false, ...changes };
}

/** `r<first id>×<count>` or the JSON of each frame. */
function outline(frames: readonly string[] | undefined): string[] {
  return (frames ?? []).map((text) => {
    if (!text.startsWith('r')) return text;
    return `r${text.split(' ')[2]}×${text.split('\n').length - 2}`;
  });
}

test('Runs of one policy that are alike share a frame, and know it', async () => {
  const { writer, writes } = watched();
  const runs = [1, 2, 3].map((id) => run(id));
  for (const one of runs) writer.addRun(one);
  assert.deepEqual(writes, []);
  await nextTurn();
  assert.equal(writes.length, 1);
  assert.deepEqual(outline(writes[0]), ['r1×3']);
  assert.deepEqual(
    runs.map(({ sharesCall }) => sharesCall),
    [true, true, true],
  );
});

test('Others have frames of their own, in order, with one write', async () => {
  const { writer, writes } = watched();
  const health = { eu: 'down' };
  const runs = [
    run(1),
    run(2, { isAlone: true }),
    run(3),
    run(4, { timeoutMs: 7 }),
    run(5, { timeoutMs: 7, wallMs: 9 }),
    run(6, {}, 'b'),
    run(7, { ask: { ...run(7, {}, 'b').ask, facts: { ...FACTS, health } } }),
    run(9, { ask: { ...run(9, {}, 'b').ask, facts: { ...FACTS, health } } }),
  ];
  for (const one of runs) writer.addRun(one);
  writer.add('{"t":"drop"}');
  writer.add('{"t":"load"}');
  const last = [run(10), run(11)];
  for (const one of last) writer.addRun(one);
  await nextTurn();
  const own = ['r1×1', 'r2×1', 'r3×1', 'r4×1', 'r5×1', 'r6×1', 'r7×1', 'r9×1'];
  assert.deepEqual(outline(writes[0]), [...own, '[{"t":"drop"},{"t":"load"}]', 'r10×2']);
  assert.equal(writes.length, 1);
  assert.ok(runs.every(({ sharesCall }) => !sharesCall));
  assert.ok(last.every(({ sharesCall }) => sharesCall));
});

test('A frame holds at most 32 runs', async () => {
  const { writer, writes } = watched();
  for (let id = 1; id <= 70; id += 1) writer.addRun(run(id));
  await nextTurn();
  assert.deepEqual(outline(writes[0]), ['r1×32', 'r33×32', 'r65×6']);
});
