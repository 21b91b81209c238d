/** `dnsteer delegate <zone>`: what the registrar needs, and what the world sees of it. */
import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import process from 'node:process';
import { parseSocketAddress, type SocketAddress } from '../../base/net/socket-address.ts';
import type { Config } from '../../config/config.ts';
import type { NameServers } from '../../delegation/delegation-views.ts';
import { judge } from '../../delegation/judge.ts';
import { lookAtDelegation } from '../../delegation/look.ts';
import { Resolver } from '../../delegation/resolver.ts';
import { nameFromText, type WireName } from '../../wire/name.ts';
import { configOrTell } from '../config-or-tell.ts';
import { delegationJson, formatDelegation, formatEntry } from '../delegation-text.ts';
import type { CliHost, ConfigAsk } from '../host.ts';
import { nameServersHere } from '../name-servers-here.ts';
import type { DelegateOptions } from '../program.ts';
import { print, printDiagnostics, printError, printJson, printNotice } from '../terminal.ts';

export async function delegate(
  host: Pick<CliHost, 'loadConfig'>,
  written: string,
  options: DelegateOptions,
  ask: ConfigAsk,
): Promise<number> {
  const zone = nameFromText(written);
  if (!zone.ok || zone.value.length === 1) {
    printError(zone.ok ? 'The root is delegated by nobody' : zone.problem);
    return 2;
  }
  const config = await configOrTell(host, ask);
  if (config === undefined) return 1;
  const ours = await nameServersHere(config, zone.value);
  // Without name servers in the settings, what there is to enter may be fit for trying only.
  if (ours !== undefined && config.zone.nameServers.length === 0) printDiagnostics(config.warnings);
  if (options.offline === true) return tellOurs(zone.value, ours, config, options);
  const timeoutMs = 1000 * options.timeout;
  const views = await lookAtDelegation(zone.value, {
    ours,
    port: options.port,
    timeoutMs,
    resolver: new Resolver(resolvers(options), timeoutMs),
    onStep: process.stderr.isTTY ? (step) => printNotice(`… ${step}`) : () => {},
  });
  const findings = judge(views);
  if (options.json === true) printJson(delegationJson(zone.value, ours, { views, findings }));
  else print(formatDelegation(zone.value, views, findings));
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}

function tellOurs(
  zone: WireName,
  ours: NameServers | undefined,
  { policies }: Config,
  { json = false }: DelegateOptions,
): number {
  if (ours === undefined) {
    printError(`No file of the zone is in ${policies}, and with --offline nobody else is asked`);
    return 1;
  }
  if (json) printJson(delegationJson(zone, ours));
  else print(formatEntry(zone, ours));
  return 0;
}

/** Node tells the system's as `192.0.2.1`, and with a port where that is not 53. */
function resolvers({ resolver }: DelegateOptions): SocketAddress[] {
  if (resolver !== undefined) return [resolver];
  return getServers().flatMap((text) =>
    isIP(text) === 0 ? (parseSocketAddress(text) ?? []) : { address: text, port: 53 },
  );
}
