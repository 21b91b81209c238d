/** `dnsteer config`: every setting, its value and who says so. */

import type { CliHost, ConfigAsk, SettingRow } from './host.ts';
import type { ConfigOptions } from './program.ts';
import { formatTable } from './table.ts';
import { paint, print, printDiagnostics, printJson } from './terminal.ts';

export async function config(
  host: Pick<CliHost, 'listSettings' | 'configSchema'>,
  options: ConfigOptions,
  ask: ConfigAsk,
): Promise<number> {
  if (options.schema === true) {
    printJson(await host.configSchema());
    return 0;
  }
  const settings = await host.listSettings(ask);
  if (!settings.ok) {
    printDiagnostics(settings.problem);
    return 1;
  }
  if (options.json === true) printJson(settings.value.map((row) => ({ ...row, value: row.value ?? null })));
  else print(formatSettings(settings.value).join('\n'));
  return 0;
}

/** What is not as it was delivered stands out. */
function formatSettings(settings: readonly SettingRow[]): string[] {
  const columns = ['SETTING', 'VALUE', 'FROM', 'VARIABLE'].map((title) => ({ title }));
  const rows = settings.map(({ name, value, origin, variable }) => [
    name,
    origin === 'default' ? valueText(value) : paint('strong', valueText(value)),
    origin === 'default' ? paint('faint', origin) : origin,
    paint('faint', variable),
  ]);
  return formatTable(columns, rows);
}

/** As one would write it in the file. */
function valueText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
