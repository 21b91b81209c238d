/** A status that is safe to show: no text from policies, files or other servers begins a row in it. */

import type { Diagnostic } from '../base/diagnostic.ts';
import { printableData, withoutPasswords } from '../base/printable.ts';
import type { Status } from './status.ts';

/** Makes a status printable. A message that lists several problems of one place becomes several. */
export function printableStatus(status: Status): Status {
  return printableData({
    ...status,
    zones: status.zones.map((zone) => ({ ...zone, problems: zone.problems.flatMap(apart) })),
    refused: status.refused.map((file) => ({ ...file, problems: file.problems.flatMap(apart) })),
  });
}

function apart(problem: Diagnostic): Diagnostic[] {
  return problem.message.split('\n').map((message) => ({ ...problem, message: withoutPasswords(message) }));
}
