/** The processes of one server, found by their working directory: also those whose parent is gone. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export type Role = 'control' | 'answer' | 'launcher' | 'sandbox' | 'trial';

export interface Member {
  readonly pid: number;
  readonly role: Role;
}

/** All that run in `folder`, but esbuild, which comes and goes, and those that are on their way out. */
export function census(folder: string): Member[] {
  const all = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => processAt(Number(entry), folder));
  const launchers = new Set(all.filter(({ command }) => LAUNCHER.test(command)).map(({ pid }) => pid));
  return all.flatMap(({ pid, parent, command }) => {
    const role = roleOf(command, launchers.has(parent));
    return role === undefined ? [] : [{ pid, role }];
  });
}

const ANSWER = /runtime\/processes\/answer-process\.[jt]s/;
const LAUNCHER = /runtime\/processes\/launcher-process\.[jt]s/;

interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processAt(pid: number, folder: string): Running[] {
  try {
    if (readlinkSync(`/proc/${pid}/cwd`) !== folder) return [];
    const [, state, parent] = /\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    if (state === 'Z') return [];
    return [{ pid, parent: Number(parent), command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') }];
  } catch {
    // It has ended meanwhile, or is none of ours.
    return [];
  }
}

/** Without a launcher above it, it is one of the trials; or its launcher was killed, and the next does not know it. */
function roleOf(command: string, isLaunched: boolean): Role | undefined {
  if (ANSWER.test(command)) return 'answer';
  if (LAUNCHER.test(command)) return 'launcher';
  if (/runtime\/sandbox\/main\.[jt]s/.test(command)) return isLaunched ? 'sandbox' : 'trial';
  return command.includes('runtime/bin.js') ? 'control' : undefined;
}
