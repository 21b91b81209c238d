/** `dnsteer start`. */
import { configOrTell } from './config-or-tell.ts';
import type { CliHost, ConfigAsk } from './host.ts';

export async function start(host: Pick<CliHost, 'loadConfig' | 'start'>, ask: ConfigAsk): Promise<number> {
  const config = await configOrTell(host, ask);
  if (config === undefined) return 1;
  await host.start(config, ask);
  return 0;
}
