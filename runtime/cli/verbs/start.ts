/** `dnsteer start`. */
import { configOrTell } from '../config-or-tell.ts';
import type { CliHost, ConfigAsk, StartOptions } from '../host.ts';

export async function start(
  host: Pick<CliHost, 'loadConfig' | 'start'>,
  options: StartOptions,
  ask: ConfigAsk,
): Promise<number> {
  const config = await configOrTell(host, ask);
  if (config === undefined) return 1;
  await host.start(config, ask, options);
  return 0;
}
