/** `dnsteer overrides`: lists what operators and windows of maintenance say of pools in the running server. */
import type { Command } from 'commander';
import type { PlannedWindow, ShownOverride } from '../../admin/overrides/override-ask.ts';
import { saidText, shortTime } from '../../admin/overrides/override-text.ts';
import { printableData } from '../../base/printable.ts';
import { ADMIN_OF_SERVER, examples, type JsonFlag, type SettingFlags, withConfig } from '../flags.ts';
import type { CliHost, Done } from '../host.ts';
import { askServer, printReply } from '../print-reply.ts';
import { formatTable } from '../table.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withConfig(command)
    .description('List what operators, and windows of maintenance, say of pools and addresses.')
    .option('--json', 'print JSON')
    .option('--admin <address>', ADMIN_OF_SERVER)
    .addHelpText('after', examples('dnsteer overrides', 'dnsteer overrides --json'))
    .action(async (flags: SettingFlags & JsonFlag) =>
      done(printReply(await askServer<OverridesReply>(host, flags, '/api/overrides'), flags, inWords)),
    );
}

interface OverridesReply {
  readonly overrides: readonly ShownOverride[];
  readonly planned: readonly PlannedWindow[];
}

const COLUMNS = [
  { title: 'TARGET' },
  { title: 'OVERRIDE' },
  { title: 'POOLS', align: 'right' },
  { title: 'BY' },
  { title: 'SINCE' },
  { title: 'UNTIL' },
  { title: 'REASON' },
] as const;

function inWords(reply: OverridesReply): string {
  const { overrides: list, planned } = printableData(reply);
  const told = planned.map(plannedText);
  if (list.length === 0) return ['Nothing is overridden', ...told].join('\n');
  const rows = list.map((override) => {
    const { target, pools, owner, since, expires, reason = '', window } = override;
    const by = window === undefined ? owner : `maintenance "${window}"`;
    const until = expires === undefined ? '' : shortTime(expires);
    return [target, saidText(override), String(pools), by, shortTime(since), until, reason];
  });
  return [...formatTable(COLUMNS, rows), ...told].join('\n');
}

function plannedText({ name, kind, targets, from, until, isOpen, reason }: PlannedWindow): string {
  const when = isOpen
    ? `is open until ${shortTime(until)}`
    : `from ${shortTime(from)} until ${shortTime(until)}`;
  const what = `${kind} of ${targets.join(', ')}`;
  return `Maintenance "${name}" ${when}: ${what}${reason === undefined ? '' : `, ${reason}`}`;
}
