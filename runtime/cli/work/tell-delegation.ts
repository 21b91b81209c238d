/** Shows a delegation on the terminal, as the zone's files have it and as the world sees it. */
import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import process from 'node:process';
import { parseSocketAddress, type SocketAddress } from '../../base/net/socket-address.ts';
import type { Config } from '../../config/config.ts';
import type { NameServers } from '../../delegation/delegation-views.ts';
import { judge } from '../../delegation/judge.ts';
import { lookAtDelegation } from '../../delegation/look.ts';
import { Resolver } from '../../delegation/resolver.ts';
import type { WireName } from '../../wire/name.ts';
import { type DsEntry, delegationJson, formatDelegation, formatEntry } from '../delegation-text.ts';
import type { JsonFlag } from '../flags.ts';
import { print, printDiagnostics, printError, printJson, printNotice } from '../terminal.ts';
import { dsEntryHere } from './ds-entry-here.ts';
import { zoneHere } from './name-servers-here.ts';

export interface TellOptions extends JsonFlag {
  readonly offline?: boolean;
  /** The address of the resolver, with or without a port. */
  readonly resolver?: SocketAddress;
  /** The port on which name servers listen. */
  readonly port: number;
  /** Seconds for one question. */
  readonly timeout: number;
}

/** Resolves to the exit code. */
export async function tellDelegation(zone: WireName, config: Config, options: TellOptions): Promise<number> {
  const here = await zoneHere(config, zone);
  const ours = here?.nameServers;
  const ds = await dsEntryHere(config, zone, here?.hasForeignKeys === true);
  // Without name servers in the settings, the servers to enter may be fit for trials only.
  if (ours !== undefined && config.zone.nameServers.length === 0) printDiagnostics(config.warnings);
  if (options.offline === true) return tellOurs(zone, ours, ds, config, options);
  const timeoutMs = 1000 * options.timeout;
  const views = await lookAtDelegation(zone, {
    ours,
    port: options.port,
    timeoutMs,
    resolver: new Resolver(resolvers(options), timeoutMs),
    onStep: process.stderr.isTTY ? (step) => printNotice(`… ${step}`) : () => {},
  });
  const findings = judge(views);
  if (options.json === true) printJson(delegationJson(zone, ours, ds, { views, findings }));
  else print(formatDelegation(zone, views, findings, ds));
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}

function tellOurs(
  zone: WireName,
  ours: NameServers | undefined,
  ds: DsEntry,
  { policies }: Config,
  { json = false }: TellOptions,
): number {
  if (ours === undefined) {
    printError(`No file of the zone is in ${policies}, and with --offline nobody else is asked`);
    return 1;
  }
  if (json) printJson(delegationJson(zone, ours, ds));
  else print(formatEntry(zone, ours, ds));
  return 0;
}

/** Node lists the system's resolvers as `192.0.2.1`, and with a port where that is not 53. */
function resolvers({ resolver }: TellOptions): SocketAddress[] {
  if (resolver !== undefined) return [resolver];
  return getServers().flatMap((text) =>
    isIP(text) === 0 ? (parseSocketAddress(text) ?? []) : { address: text, port: 53 },
  );
}
