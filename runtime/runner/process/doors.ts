/** Texts on the doors that a sandbox process found open in its self-test (sandbox/self-test.ts). */
import process from 'node:process';
import type { Door, OpenDoors } from '../../rpc/sandbox-protocol.ts';

/** Why a process is not used, and what the operator can do about it. */
export function refusalOf(doors: readonly Door[]): string {
  return `it can ${doors.join(', ')}, which Node should refuse. Start dnsteer with an unchanged Node 26, or set sandbox.allowOpenDoors to serve all the same`;
}

/** Warnings for the log and the status; none where all doors are shut. */
export function doorWarnings({ open, lockless }: OpenDoors): string[] {
  const warnings: string[] = [];
  if (open.length > 0) {
    warnings.push(
      `Sandbox processes can ${open.join(', ')}; policies run there because sandbox.allowOpenDoors is set`,
    );
  }
  if (lockless.length > 0) {
    warnings.push(
      `This Node (${process.version}) cannot keep sandbox processes from what Node 26 can: ${lockless.join(', ')}`,
    );
  }
  return warnings;
}
