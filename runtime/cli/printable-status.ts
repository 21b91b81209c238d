/** A status as people may be shown it: whatever policies, files and servers have said in it begins no row of its own. */
import type { Status } from '../admin/status.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { printableData } from '../base/printable.ts';

/** Several problems of one place are lines of one message: here each is one, with that place. */
export function printableStatus(status: Status): Status {
  return printableData({
    ...status,
    zones: status.zones.map((zone) => ({ ...zone, problems: zone.problems.flatMap(apart) })),
    refused: status.refused.map((file) => ({ ...file, problems: file.problems.flatMap(apart) })),
  });
}

function apart(problem: Diagnostic): Diagnostic[] {
  return problem.message.split('\n').map((message) => ({ ...problem, message }));
}
