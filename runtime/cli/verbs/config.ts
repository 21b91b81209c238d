/** `dnsteer config`: shows every setting, its value and where that comes from. */
import type { Command } from 'commander';
import type { SettingValue } from '../../config/config.ts';
import { askFrom, examples, type JsonFlag, type SettingFlags, withConfig } from '../flags.ts';
import type { CliHost, ConfigAsk, Done } from '../host.ts';
import { formatTable } from '../table.ts';
import { paint, print, printDiagnostics, printJson } from '../terminal.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withConfig(command)
    .description(
      'Show every setting, its value, where that comes from, and when a change is in force after a reload: at once, with new answer processes, or at the next start.',
    )
    .option('--schema', 'print the JSON Schema of dnsteer.yaml, for editors')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'dnsteer config',
        'DNSTEER_PROCESSES=4 dnsteer config',
        'dnsteer config --schema > dnsteer.schema.json',
      ),
    )
    .action(async (flags: SettingFlags & ConfigFlags) => done(await config(host, flags, askFrom(flags))));
}

interface ConfigFlags extends JsonFlag {
  readonly schema?: boolean;
}

async function config(
  host: Pick<CliHost, 'listSettings' | 'configSchema'>,
  options: ConfigFlags,
  ask: ConfigAsk,
): Promise<number> {
  if (options.schema === true) {
    printJson(await host.configSchema());
    return 0;
  }
  const listed = await host.listSettings(ask);
  if (!listed.ok) {
    printDiagnostics(listed.problem);
    return 1;
  }
  const { settings, warnings } = listed.value;
  if (options.json === true) printJson(settings.map(asJson));
  else print(formatSettings(settings).join('\n'));
  printDiagnostics(warnings);
  return 0;
}

/** A setting for programs: all its fields are there, some with `null`. */
function asJson({ value = null, variable = null, ...rest }: Nullable<SettingValue>): object {
  return { ...rest, value, variable };
}

type Nullable<T> = { readonly [K in keyof T]: T[K] | null };

/** The table of settings; values that are not defaults stand out. */
function formatSettings(settings: readonly SettingValue[]): string[] {
  const columns = ['SETTING', 'VALUE', 'FROM', 'CHANGED', 'VARIABLE'].map((title) => ({ title }));
  const rows = settings.map(({ name, value, origin, effect, variable }) => [
    name,
    origin === 'default' ? valueText(value) : paint('strong', valueText(value)),
    origin === 'default' ? paint('faint', origin) : origin,
    effect,
    paint('faint', variable ?? 'none'),
  ]);
  return formatTable(columns, rows);
}

/** A value as one would write it in the file. */
function valueText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
