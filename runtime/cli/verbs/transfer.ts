/** `dnsteer transfer <zone>`: has the running server transfer a zone from its primaries, whatever its serial. */
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { TransferReply } from '../../admin/transfers.ts';
import { printableData } from '../../base/printable.ts';
import { askAdmin } from '../admin-client.ts';
import { adminOrTell } from '../config-or-tell.ts';
import {
  ADMIN_OF_SERVER,
  askFrom,
  examples,
  type JsonFlag,
  type SettingFlags,
  withConfig,
} from '../flags.ts';
import type { CliHost, Done } from '../host.ts';
import { print, printError, printJson, printNotice } from '../terminal.ts';

interface TransferFlags extends SettingFlags, JsonFlag {
  readonly force?: boolean;
}

export function define(command: Command, host: CliHost, done: Done): void {
  withConfig(command)
    .description(
      'Transfer a zone from its primaries now: all of it, even if its serial is the same. Exit code 1 if none gives it.',
    )
    .argument('<zone>', 'zone that the setting "secondary" names')
    .option('-f, --force', 'take a version whose serial is lower than that of the copy here')
    .option('--json', 'print what came of it as JSON')
    .option('--admin <address>', ADMIN_OF_SERVER)
    .addHelpText('after', examples('dnsteer transfer example.com', 'dnsteer transfer example.com --force'))
    .action(async (zone: string, flags: TransferFlags) => done(await transfer(host, zone, flags)));
}

async function transfer(
  host: Pick<CliHost, 'loadConfig'>,
  zone: string,
  flags: TransferFlags,
): Promise<number> {
  const admin = await adminOrTell(host, askFrom(flags));
  if (admin === undefined) return 1;
  const query = { zone, id: randomUUID(), ...(flags.force === true && { force: '1' }) };
  const path = `/api/transfer?${new URLSearchParams(query).toString()}`;
  for (;;) {
    const reply = await askAdmin<TransferReply>(admin, path, { method: 'POST' });
    if (!reply.ok) {
      printError(reply.problem.message);
      return 1;
    }
    const now = printableData(reply.value);
    if (now.kind === 'running') {
      printNotice(`${now.zone}: ${now.records} records from ${now.primary} so far`);
      continue;
    }
    if (flags.json === true) printJson(reply.value);
    else print(told(now));
    return 0;
  }
}

function told({ zone, primary, before, after, records, milliseconds }: Transferred): string {
  const serial =
    before === undefined
      ? `serial ${after}, the first copy`
      : before === after
        ? `serial ${after} as before`
        : `serial ${before} before, ${after} now`;
  return `${zone} was transferred from ${primary}: ${serial}, ${records} records in ${milliseconds} ms`;
}

type Transferred = Extract<TransferReply, { readonly kind: 'transferred' }>;
