/**
 * The door of a state folder: a socket in it, at which the control in charge can be reached for as long as it
 * lives. If nothing listens at the door, its control died: no pid has to be trusted, which the system may
 * have given to another process since. Only its user and root can open the door.
 */
import { once } from 'node:events';
import { chmodSync, closeSync, constants, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { makeFolders } from '../../base/files/replace-file.ts';
import { systemErrorCode } from '../../base/system-error.ts';
import { within } from '../../base/within.ts';
import { Visit } from './visit.ts';

/** Which control is behind the door of a folder. */
export type Behind =
  | { readonly kind: 'nobody' }
  /** A control died there; its answer processes may have outlived it. */
  | { readonly kind: 'dead' }
  /** `pid`: absent if the control is too busy to say it. */
  | { readonly kind: 'alive'; readonly pid?: number; readonly visit: Visit };

/** The folder and the name of the door, short enough for a socket's path together with {@link reachable}. */
const FOLDER = 'control';
const NAME = 'door';
/** Milliseconds that a living control may take to say its pid. */
const PATIENCE_MS = 1000;
/** Octets of a folder's path that leave room for the names of sockets in it (unix(7): 108 with the NUL). */
const MOST_PATH = 80;

/**
 * Finds out which control is behind the door of this folder.
 * @throws The system's error, if the folder cannot be looked into.
 */
export async function knock(state: string): Promise<Behind> {
  try {
    const way = reachable(path.join(state, FOLDER));
    const socket = connect(path.join(way.path, NAME));
    await once(socket, 'connect').finally(way.leave);
    const visit = new Visit(socket);
    const line = await within(PATIENCE_MS, visit.hear());
    return { kind: 'alive', visit, ...(line?.t === 'here' && { pid: line.pid }) };
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'nobody' };
    if (code === 'ECONNREFUSED') return { kind: 'dead' };
    throw error;
  }
}

export class StateDoor {
  readonly #state: string;
  readonly #server: Server;
  readonly #visits = new Set<Visit>();
  #isOurs = false;

  private constructor(state: string, server: Server) {
    this.#state = state;
    this.#server = server;
  }

  /**
   * Makes a door that answers, but is not in its place yet.
   * @throws The system's error, if the folder cannot be written to, or holds no sockets.
   */
  static async make(
    state: string,
    version: string,
    onVisit: (visit: Visit) => void = () => {},
  ): Promise<StateDoor> {
    const folder = path.join(state, FOLDER);
    await makeFolders(folder, 0o700);
    chmodSync(folder, 0o700);
    const server = createServer();
    const door = new StateDoor(state, server);
    server.on('connection', (socket) => {
      const visit = new Visit(socket);
      door.#visits.add(visit);
      void visit.ended.then(() => door.#visits.delete(visit));
      visit.say({ t: 'here', pid: process.pid, version });
      onVisit(visit);
    });
    const way = reachable(folder);
    try {
      rmSync(path.join(folder, draft()), { force: true });
      server.listen(path.join(way.path, draft()));
      await once(server, 'listening');
    } finally {
      way.leave();
    }
    // The server keeps no process alive, and a visitor that cannot be let in comes again.
    server.unref().on('error', () => {});
    return door;
  }

  /**
   * Puts the door in its place, unless another door is there; returns whether it did. `isDead`: the door that
   * is there belongs to a control that died.
   */
  claim(isDead: boolean): boolean {
    if (isDead) rmSync(this.#place, { force: true });
    try {
      linkSync(path.join(this.#state, FOLDER, draft()), this.#place);
      this.#isOurs = true;
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
    }
    rmSync(path.join(this.#state, FOLDER, draft()), { force: true });
    return this.#isOurs;
  }

  /** Puts this door in the place of the other one. */
  takeOver(): void {
    renameSync(path.join(this.#state, FOLDER, draft()), this.#place);
    this.#isOurs = true;
  }

  /** Whether the place of this door is empty: the state folder was removed, or a part of it. Rejects with the system's error. */
  async isGone(): Promise<boolean> {
    if (!this.#isOurs) return false;
    try {
      await access(this.#place);
      return false;
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return true;
      throw error;
    }
  }

  /** Called when another control has put its own door in this place. */
  cede(): void {
    this.#isOurs = false;
  }

  /** Removes the door and ends all visits. */
  close(): void {
    try {
      rmSync(this.#isOurs ? this.#place : path.join(this.#state, FOLDER, draft()), { force: true });
    } catch (error) {
      // A door that stays leads nowhere, and a control that begins sees that.
      if (systemErrorCode(error) === undefined) throw error;
    }
    this.#server.close();
    for (const visit of this.#visits) visit.end();
  }

  get #place(): string {
    return path.join(this.#state, FOLDER, NAME);
  }
}

/** The name of a door that is not in its place yet. */
function draft(): string {
  return `${NAME}.${process.pid}`;
}

/** Calls `work` with the path of a file beside the door, in a form short enough for a socket. */
export function besideDoor<T>(state: string, name: string, work: (path: string) => T): T {
  const way = reachable(path.join(state, FOLDER));
  try {
    return work(path.join(way.path, name));
  } finally {
    way.leave();
  }
}

/** The same folder by a path that is short enough for a socket in it, until `leave` is called. */
function reachable(folder: string): { readonly path: string; readonly leave: () => void } {
  if (Buffer.byteLength(folder) <= MOST_PATH || process.platform !== 'linux')
    return { path: folder, leave: () => {} };
  const descriptor = openSync(folder, constants.O_DIRECTORY);
  return { path: `/proc/self/fd/${descriptor}`, leave: () => closeSync(descriptor) };
}
