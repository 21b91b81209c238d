/** How every verb begins: with valid settings, or with what is wrong with them. */
import type { Config } from '../config/config.ts';
import type { CliHost, ConfigAsk } from './host.ts';
import { printDiagnostics } from './terminal.ts';

/** The settings; `undefined` once the terminal shows why there are none. */
export async function configOrTell(
  host: Pick<CliHost, 'loadConfig'>,
  ask: ConfigAsk,
): Promise<Config | undefined> {
  const config = await host.loadConfig(ask);
  if (config.ok) return config.value;
  printDiagnostics(config.problem);
  return undefined;
}
