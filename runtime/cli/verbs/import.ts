/** `dnsteer import <format> <source>`: policies and zone files from what another server or service has. */
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { configOrTell } from '../config-or-tell.ts';
import { askFrom, examples, type SettingFlags, withConfig } from '../flags.ts';
import type { CliHost, Done } from '../host.ts';
import type { ImportFlags } from '../work/import/take-over.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withConfig(command)
    .description(
      'Write policies and zone files that answer as gdnsd, PowerDNS (LUA records) or Route 53 does, and tell what they cannot say. The exit code is 0 where all is said, 1 where something is not, 2 where the original is not understood.',
    )
    .argument('<format>', 'gdnsd, pdns-lua or route53', format)
    .argument(
      '<source>',
      'gdnsd: its configuration, or the folder of it; pdns-lua: a zone file; route53: what list-resource-record-sets says',
    )
    .option('-o, --out <folder>', 'where to write; default: the policies folder')
    .option('--force', 'write over files that are there')
    .option('--dry-run', 'print what would be written')
    .option('--zone <name>', 'the zone of a zone file; default: the owner of its SOA, or its name')
    .option('--health-checks <file>', 'route53: what list-health-checks says')
    .option('--cidr-blocks <file>', 'route53: what list-cidr-blocks says')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'dnsteer import gdnsd /etc/gdnsd',
        'dnsteer import pdns-lua shop.example.zone --out moved',
        'dnsteer import route53 records.json --health-checks checks.json --dry-run',
      ),
    )
    .action(async (from: ImportFlags['format'], source: string, flags: Flags) => {
      done(await importInto(host, { ...flags, format: from, source }));
    });
}

type Flags = SettingFlags & Omit<ImportFlags, 'format' | 'source' | 'out'> & { readonly out?: string };

async function importInto(
  host: Pick<CliHost, 'loadConfig'>,
  flags: Flags & Pick<ImportFlags, 'format' | 'source'>,
): Promise<number> {
  let { out } = flags;
  if (out === undefined) {
    const config = await configOrTell(host, askFrom(flags));
    if (config === undefined) return 2;
    out = path.relative('', config.policies);
  }
  const { takeOver } = await import('../work/import/take-over.ts');
  return takeOver({ ...flags, out });
}

function format(text: string): ImportFlags['format'] {
  if (text === 'gdnsd' || text === 'pdns-lua' || text === 'route53') return text;
  throw new InvalidArgumentError('It must be gdnsd, pdns-lua or route53.');
}
