/** `dnsteer records [zone]`: lists what clients have added to zones of the running server beside their files. */
import type { Command } from 'commander';
import type { ShownRecord } from '../../admin/dynamic-records.ts';
import type { RecordsReply } from '../../admin/list-records.ts';
import { printableData } from '../../base/printable.ts';
import { ADMIN_OF_SERVER, examples, type JsonFlag, type SettingFlags, withConfig } from '../flags.ts';
import type { CliHost, Done } from '../host.ts';
import { askServer, printReply } from '../print-reply.ts';
import { formatTable } from '../table.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withConfig(command)
    .description(
      'List dynamic records: what clients have added by DNS UPDATE or HTTP, with which key and when.',
    )
    .argument('[zone]', 'zone to list; all zones without it')
    .option('--json', 'print JSON')
    .option('--admin <address>', ADMIN_OF_SERVER)
    .addHelpText('after', examples('dnsteer records', 'dnsteer records example.com'))
    .action(async (zone: string | undefined, flags: SettingFlags & JsonFlag) =>
      done(await records(host, zone, flags)),
    );
}

async function records(
  host: Pick<CliHost, 'loadConfig'>,
  zone: string | undefined,
  flags: SettingFlags & JsonFlag,
): Promise<number> {
  const query = zone === undefined ? '' : `?${new URLSearchParams({ zone }).toString()}`;
  const reply = await askServer<RecordsReply>(host, flags, `/api/records${query}`);
  return printReply(reply, flags, (list) => inWords(printableData(list)));
}

const COLUMNS = [
  { title: 'NAME' },
  { title: 'TTL', align: 'right' },
  { title: 'TYPE' },
  { title: 'DATA' },
  { title: 'KEY' },
  { title: 'SINCE' },
  { title: 'NOT SERVED' },
] as const;

const WHY: Readonly<Record<NonNullable<ShownRecord['unserved']>, string>> = {
  'in-file': 'a file states it as well',
  hidden: 'files or policy contradict it',
  'not-served': 'the zone is not served with it',
};

function inWords({ records: list }: RecordsReply): string {
  if (list.length === 0) return 'There are no dynamic records';
  const rows = list.map(({ name, ttl, type, data, by, since, unserved }) => [
    name,
    String(ttl),
    type,
    data,
    by,
    since,
    unserved === undefined ? '' : WHY[unserved],
  ]);
  return formatTable(COLUMNS, rows).join('\n');
}
