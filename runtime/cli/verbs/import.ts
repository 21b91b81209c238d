/** `dnsteer import <format> <source>`: policies and zone files from what another server or service has. */
import { type Command, InvalidArgumentError } from 'commander';
import { examples, withConfig } from '../flags.ts';
import type { CliHost, Done } from '../host.ts';
import type { ImportFlags } from '../work/import/take-over.ts';

export function define(command: Command, _host: CliHost, done: Done): void {
  withConfig(command)
    .description(
      'Write policies and zone files that answer as gdnsd, PowerDNS (LUA records) or Route 53 does, and tell what they cannot say. The exit code is 0 where all is said, 1 where something is not, 2 where the original is not understood.',
    )
    .argument('<format>', 'gdnsd, pdns-lua or route53', format)
    .argument(
      '<source>',
      'gdnsd: its configuration, or the folder of it; pdns-lua: a zone file; route53: what list-resource-record-sets says',
    )
    .option('-o, --out <folder>', 'where to write', 'policies')
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
    .action(
      async (from: ImportFlags['format'], source: string, flags: Omit<ImportFlags, 'format' | 'source'>) => {
        const { takeOver } = await import('../work/import/take-over.ts');
        done(takeOver({ ...flags, format: from, source }));
      },
    );
}

function format(text: string): ImportFlags['format'] {
  if (text === 'gdnsd' || text === 'pdns-lua' || text === 'route53') return text;
  throw new InvalidArgumentError('It must be gdnsd, pdns-lua or route53.');
}
