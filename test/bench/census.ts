/** The processes of one server, found by their working directory: also those whose parent is gone. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export type Role = 'control' | 'answer' | 'sandbox' | 'trial';

export interface Member {
  readonly pid: number;
  readonly role: Role;
}

/** All that run in `folder`, but esbuild, which comes and goes, and those that are on their way out. */
export function census(folder: string): Member[] {
  const all = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => processAt(Number(entry), folder));
  const answers = new Set(all.filter(({ command }) => ANSWER.test(command)).map(({ pid }) => pid));
  return all.flatMap(({ pid, parent, command }) => {
    const role = roleOf(command, answers.has(parent));
    return role === undefined ? [] : [{ pid, role }];
  });
}

const ANSWER = /runtime\/answer-process\.[jt]s/;

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

/** A sandbox whose parent is gone counts as one of the trials: it must be gone soon as well. */
function roleOf(command: string, isOfAnswer: boolean): Role | undefined {
  if (ANSWER.test(command)) return 'answer';
  if (/runtime\/sandbox\/main\.[jt]s/.test(command)) return isOfAnswer ? 'sandbox' : 'trial';
  return command.includes('runtime/bin.js') ? 'control' : undefined;
}
