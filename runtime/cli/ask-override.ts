/** Asks the running server to begin or end an override, and tells what came of it. */
import { userInfo } from 'node:os';
import process from 'node:process';
import type { OverrideReply } from '../admin/overrides/override-request.ts';
import { overrideText } from '../admin/overrides/override-text.ts';
import { printableData } from '../base/printable.ts';
import type { JsonFlag, SettingFlags } from './flags.ts';
import type { CliHost } from './host.ts';
import { askServer } from './print-reply.ts';
import { print, printError, printJson, printNotice } from './terminal.ts';

export interface OverrideFlags extends SettingFlags, JsonFlag {
  readonly reason?: string;
  readonly owner?: string;
  readonly expires?: string;
  readonly for?: string;
  readonly over?: string;
  readonly leave?: string;
}

export const TARGET = 'zone/pool or zone/pool/address; each part may have * and ?';

/** `ended`: what is told of each override that is there no more. Returns the exit code. */
export async function askOverride(
  host: Pick<CliHost, 'loadConfig'>,
  command: string,
  target: string,
  flags: OverrideFlags,
  ended?: string,
): Promise<number> {
  const { reason, owner = userName(), expires, for: length, over, leave } = flags;
  const query = { do: command, target, owner, reason, expires, for: length, over, leave };
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const path = `/api/override?${new URLSearchParams(given).toString()}`;
  const reply = await askServer<OverrideReply>(host, flags, path, { method: 'POST' });
  if (reply === undefined) return 1;
  if (!reply.ok) {
    printError(reply.problem.message);
    return 1;
  }
  const { overrides, warnings } = printableData(reply.value);
  for (const warning of warnings) printNotice(`warning: ${warning}`);
  if (flags.json === true) printJson(reply.value);
  else
    for (const override of overrides)
      print(`${override.target}: ${ended ?? overrideText(override)}${poolsText(override.pools)}`);
  return 0;
}

function poolsText(pools: number): string {
  return pools === 1 ? '' : ` (${pools} pools)`;
}

/** Who is at the keyboard, behind sudo as well. */
export function userName(): string {
  const { SUDO_USER } = process.env;
  if (SUDO_USER) return SUDO_USER;
  try {
    return userInfo().username;
  } catch {
    // A user that the system does not know, as in a container.
    return 'somebody';
  }
}
