/** Makes the servers of backends in an HAProxy that runs as pools are, which loses no connection: a reload would. */
import type { UpstreamPool } from '../../admin/emit/upstream.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { areAsWanted, readServersState, serverCommands } from './haproxy-servers.ts';
import { askHaproxy } from './haproxy-socket.ts';
import { upstreamName, upstreamServers } from './upstream-text.ts';

/** Commands in a line, which has to fit into a buffer of HAProxy (tune.bufsize: 16384 octets). */
const MOST_COMMANDS = 40;

/** Backends that it does not have, or does not change: a reload is needed for these. */
export async function changeAtRuntime(
  socket: string,
  pools: readonly UpstreamPool[],
  port: number,
  signal: AbortSignal,
): Promise<Result<{ readonly unlike: readonly string[] }>> {
  const unlike: string[] = [];
  for (const { pool, upstreams } of pools) {
    const backend = upstreamName(pool);
    const wanted = upstreamServers(upstreams, port);
    const state = async (): Promise<Result<ReturnType<typeof readServersState>>> => {
      const answer = await askHaproxy(socket, `show servers state ${backend}`, signal);
      return answer.ok ? ok(readServersState(answer.value)) : unasked(socket, answer.problem);
    };
    const before = await state();
    if (!before.ok) return before;
    const commands = before.value === undefined ? [] : serverCommands(backend, before.value, wanted);
    for (let at = 0; at < commands.length; at += MOST_COMMANDS) {
      const line = commands.slice(at, at + MOST_COMMANDS).join(';');
      const answer = await askHaproxy(socket, line, signal);
      if (!answer.ok) return unasked(socket, answer.problem);
    }
    // Success and errors are sentences alike: only the state tells what came of it.
    const after = commands.length === 0 ? before : await state();
    if (!after.ok) return after;
    if (after.value === undefined || !areAsWanted(backend, after.value, wanted)) unlike.push(backend);
  }
  return ok({ unlike });
}

function unasked(socket: string, problem: string): Result<never> {
  return fail(`HAProxy cannot be asked at ${socket}: ${problem}`);
}
