/** `dnsteer geo …`: what is known of places, how old it is, and newer files in place of older ones. */
import type { Command } from 'commander';
import { configOrTell } from '../config-or-tell.ts';
import {
  ADMIN_OF_SERVER,
  askFrom,
  examples,
  type JsonFlag,
  type SettingFlags,
  withConfig,
} from '../flags.ts';
import type { CliHost, Done } from '../host.ts';
import { count } from '../values.ts';
import type { PushFlags } from '../work/geo/push-latencies.ts';

type Flags = SettingFlags & JsonFlag;

interface UpdateFlags extends Flags {
  readonly file?: string;
  readonly loginFile?: string;
  readonly most: number;
  readonly force?: boolean;
}

type Host = Pick<CliHost, 'loadConfig'>;

/** Mebibytes: twice the largest file of MaxMind. */
const MOST_MIB = 512;

export function define(command: Command, host: CliHost, done: Done): void {
  withConfig(command)
    .description(
      'Show the geo data of the settings in the order in which it is asked: of what kind, how old, and whether it is sound. Exit code 1 if a file is not.',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'dnsteer geo',
        'dnsteer geo update ./GeoLite2-City.mmdb',
        'dnsteer geo latencies rum.csv',
        'dnsteer geo update https://example.com/dbip-city-lite.mmdb.gz --file dbip-city-lite.mmdb',
      ),
    )
    .action(async (flags: Flags) => done(await show(host, flags)));
  withConfig(command.command('update'))
    .description(
      'Put a newer MMDB file in place of one of the settings, once all of it was read and checked; a server that runs takes it up by itself.',
    )
    .argument('<from>', 'file, or https address: an MMDB file, also in gzip, also in a tar archive')
    .option('--file <file>', 'which file it replaces; default: the only one under geo.files')
    .option(
      '--login-file <file>',
      'holds "user:password" for the address; of MaxMind: account id and licence key',
    )
    .option('--most <MiB>', 'a larger file is refused', count, MOST_MIB)
    .option('--force', 'replace also a file of another kind, or a newer one')
    .option('--json', 'print JSON')
    .action(async (from: string, _: unknown, sub: Command) =>
      done(await update(host, from, sub.optsWithGlobals())),
    );
  defineLatencies(command, host, done);
}

/** Options of its own: those of `dnsteer geo` come with `optsWithGlobals`. */
function defineLatencies(command: Command, host: Host, done: Done): void {
  withConfig(command.command('latencies'))
    .description(
      'Give the running server latencies from clients to pools, for the plan closestByLatency. They stand in place of geo.latency, also after a restart, until they are dropped.',
    )
    .argument('[file]', 'a table as geo.latency names it: network,fra,iad and rows of milliseconds')
    .option('--rows', 'leave the rows that the file does not have as they are')
    .option('--drop', 'forget what was given: the file of the settings is used again')
    .option('--admin <address>', ADMIN_OF_SERVER)
    .option('--json', 'print JSON')
    .action(async (file: string | undefined, _: unknown, sub: Command) => {
      const flags: PushFlags & { readonly drop?: boolean } = sub.optsWithGlobals();
      if ((file === undefined) !== (flags.drop === true) || (flags.drop === true && flags.rows === true))
        sub.error('error: give a file, with --rows or without, or --drop');
      const { dropLatencies, pushLatencies } = await import('../work/geo/push-latencies.ts');
      done(file === undefined ? await dropLatencies(host, flags) : await pushLatencies(host, file, flags));
    });
}

async function show(host: Host, flags: Flags): Promise<number> {
  const config = await configOrTell(host, askFrom(flags));
  if (config === undefined) return 1;
  const { showGeo } = await import('../work/geo/show-geo.ts');
  return showGeo(config.geo, flags);
}

async function update(host: Host, from: string, flags: UpdateFlags): Promise<number> {
  const config = await configOrTell(host, askFrom(flags));
  if (config === undefined) return 1;
  const { updateGeo } = await import('../work/geo/update-geo.ts');
  return await updateGeo(from, config.geo, flags);
}
