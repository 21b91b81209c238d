/** Probes of targets by what the settings in force say: requests they may make, commands they may run, and places of the server. */
import type { Config } from '../../config/config.ts';
import type { SendEcho } from '../../health/kinds/kind.ts';
import { createNetworkProbe } from '../../health/network-probe.ts';
import type { Probe } from '../../health/probe.ts';
import { HealthCommands } from './health-commands.ts';

/** `sendEcho` sends echo requests of ICMP. */
export function probeBySettings(config: () => Config, sendEcho: SendEcho): Probe {
  const commands = new HealthCommands();
  return createNetworkProbe({
    rules: () => config().health.requests,
    commands: () => commands.in(config()),
    sendEcho,
    forbidden: () =>
      [config().admin.listen, config().update.listen].flatMap((own) =>
        typeof own === 'object' ? [own] : [],
      ),
  });
}
