/** A working directory for several servers, one after the other or at once: it is removed when they have ended. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { atEnd } from './at-end.ts';
import { type ServerOptions, startServer, type TestServer } from './dnsteer.ts';

export interface ServerFolder {
  readonly folder: string;
  /** A server in it, which is stopped when the test is over. */
  readonly start: (options?: Omit<ServerOptions, 'folder'>) => Promise<TestServer>;
}

/** `prepare` returns how what it does to the folder is undone. */
export function serverFolder(
  context: TestContext,
  prepare: (folder: string) => () => void = () => () => {},
): ServerFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-'));
  const undo = prepare(folder);
  atEnd(context, () => {
    undo();
    rmSync(folder, { recursive: true });
  });
  return {
    folder,
    start: (options) => {
      const server = startServer({ ...options, folder });
      atEnd(context, async () => {
        const [settled] = await Promise.allSettled([server]);
        if (settled?.status === 'fulfilled') await settled.value.stop();
      });
      return server;
    },
  };
}
