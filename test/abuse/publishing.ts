/** What must hold while policies that anybody may write are published, again and again: nobody waits for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Arena, wrongAnswers } from './arena.ts';
import { assertSwift, IdleTwin, loopsOf } from './loops.ts';
import { MemoryWatch } from './memory.ts';

/** Valid policies in versions that take each other's place. */
export interface Publishing {
  readonly title: string;
  readonly versions: number;
  /** Of a version, from 1: file under `policies/` → text. */
  readonly files: (version: number) => Readonly<Record<string, string>>;
  /** A name, and the answer by which clients know that the version is there. */
  readonly shown: (version: number) => readonly [name: string, answer: string];
  /** MiB that a process may have in the end; default 512. */
  readonly mebibytes?: number;
}

/** Milliseconds of the processor that a turn may take while versions are published. */
const MOST_TURN_MS = 5;

/** Registers the test of a publishing. To be called by the file that declares it, where that is what runs. */
export function publish(publishing: Publishing): void {
  test(`${publishing.title}: innocent zones are answered meanwhile`, async (t) => {
    const arena = await Arena.open({ title: publishing.title, code: '', ends: [] });
    try {
      const memory = new MemoryWatch(arena.server.process.pid ?? 0);
      const twin = await IdleTwin.start();
      const { innocent } = await arena
        .peace(() => publishAll(arena, publishing))
        .catch(async (error) => {
          await twin.stop();
          throw error;
        });
      const { one } = memory.stop();
      const twinMs = await twin.stop();
      assert.deepEqual(wrongAnswers(innocent), []);
      assert.ok(innocent.length > 100, 'there was load');
      const loops = await loopsOf(arena.server);
      t.diagnostic(
        `longest turn ${loops.turnMs.toFixed(1)} ms, latest timer ${loops.delayMs.toFixed(1)} ms, of an idle twin ${twinMs.toFixed(1)} ms`,
      );
      assertSwift(loops, arena.server, MOST_TURN_MS);
      const most = publishing.mebibytes ?? 512;
      assert.ok(one < most, `a process had ${one} MiB`);
    } finally {
      await arena.server.stop();
    }
  });
}

async function publishAll(arena: Arena, { versions, files, shown }: Publishing): Promise<void> {
  for (let version = 1; version <= versions; version += 1) {
    for (const [file, text] of Object.entries(files(version))) arena.server.write(file, text);
    const [name, answer] = shown(version);
    await arena.becomes(name, answer);
  }
}

/** A policy of these parts; the host `version` says which version it is. */
export function versioned(version: number, top: string, parts: string): string {
  return `import * as dnsteer from 'dnsteer';
${top}
const version: any = { TXT: 'version ${version}' };
export default dnsteer.definePolicy({
  fallback: { TXT: 'fallback' },
${parts}
} as any);
`;
}
