/** Brings one file up to date, and tells whether the program that reads it has to read it again. */
import type { UpstreamPool } from '../../admin/emit/upstream.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { EmitSetting } from '../../config/emit/emit-schema.ts';
import { changeAtRuntime } from './haproxy-runtime.ts';
import { upstreamName, upstreamText } from './upstream-text.ts';
import { writeEmitted } from './write-emitted.ts';

export interface EmittedState {
  /** ISO 8601. */
  writtenAt?: string;
  problem?: string | undefined;
  lastProblem?: { readonly time: string; readonly text: string };
  /** Whether the program has to read the file again, and has not yet. */
  owesReload: boolean;
  /** Whether it has read the file since this server began. */
  hasReloaded: boolean;
}

/**
 * Whether it was written. A target that only becomes known to be up changes nothing: the text has who is in, who is out, and
 * weights.
 */
export async function bringUpToDate(
  { socket, ...setting }: EmitSetting,
  pools: readonly UpstreamPool[],
  state: EmittedState,
  signal: AbortSignal,
): Promise<Result<boolean>> {
  const text = upstreamText(setting.kind, pools, setting.port);
  if (!text.ok) return fail(`The old file is kept: ${text.problem}`);
  // Traffic goes elsewhere even where the file cannot be written.
  const changed =
    socket === undefined ? undefined : await changeAtRuntime(socket, pools, setting.port, signal);
  const written = await writeEmitted(setting, text.value, signal);
  if (!written.ok) return written;
  const { isNew, before } = written.value;
  if (isNew) state.writtenAt = new Date().toISOString();
  const names = pools.map(({ pool }) => upstreamName(pool));
  if (changed === undefined || !changed.ok) state.owesReload ||= isNew;
  else if (isNew && !haveSame(names, backendsIn(before))) state.owesReload = true;
  else if (changed.value.unlike.length > 0) {
    // One that has read the file and is still unlike it does not include it, or refuses: reading it again is of no use.
    if (state.hasReloaded && !isNew && !state.owesReload) return fail(unlikeText(changed.value.unlike));
    state.owesReload = true;
  }
  return changed?.ok === false && !state.owesReload ? changed : ok(isNew);
}

function unlikeText([first = '']: readonly string[]): string {
  return `The backend ${first} of HAProxy is not as the file has it: does its configuration include the file?`;
}

function backendsIn(text = ''): string[] {
  return Array.from(text.matchAll(/^backend (\S+)$/gm), ([, name = '']) => name);
}

function haveSame(some: readonly string[], others: readonly string[]): boolean {
  const known = new Set(others);
  return known.size === new Set(some).size && some.every((one) => known.has(one));
}
