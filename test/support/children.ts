/** Processes that a process has started, by what they run. */
import { childrenOf, startOf } from '../../runtime/base/process/process-usage.ts';

/** Ids of the children whose command line names the program; a child that has gone meanwhile is none of them. */
export function childrenRunning(program: string, parent: number): number[] {
  return childrenOf(parent).filter((pid) => startOf(pid)?.argv.some((word) => word.includes(program)));
}
