/** How verbs that need settings begin: with valid ones, or with an error on the terminal. */
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
