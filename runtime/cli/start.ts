/** `dnsteer start`. */
import type { CliHost, ConfigAsk, Settings } from './host.ts';
import { printDiagnostics } from './terminal.ts';

export async function start<Config extends Settings>(host: CliHost<Config>, ask: ConfigAsk): Promise<number> {
  const config = await host.loadConfig(ask);
  if (!config.ok) {
    printDiagnostics(config.problem);
    return 1;
  }
  await host.start(config.value, ask);
  return 0;
}
