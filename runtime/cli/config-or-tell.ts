/** How verbs that need settings begin: with valid ones, or with an error on the terminal. */
import type { SigningPlace } from '../admin/source.ts';
import type { Config } from '../config/config.ts';
import { askAdmin } from './admin-client.ts';
import type { CliHost, ConfigAsk } from './host.ts';
import { printDiagnostics, printError } from './terminal.ts';

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

/**
 * Where to ask the server that runs. Settings that are wrong are told and keep nobody from asking: the server goes
 * on with those before, and it is now that its operator wants to see it.
 */
export async function adminOrTell(
  host: Pick<CliHost, 'loadConfig'>,
  ask: ConfigAsk,
): Promise<Config['admin'] | undefined> {
  const config = await configOrTell(host, ask);
  if (config !== undefined) return config.admin;
  return await adminAlone(host, ask);
}

/** Where to ask the server that runs, whatever else is wrong with the settings; `undefined` if that is. */
export async function adminAlone(
  host: Pick<CliHost, 'loadConfig'>,
  ask: ConfigAsk,
): Promise<Config['admin'] | undefined> {
  const part = await host.loadConfig({ ...ask, isForAsking: true });
  return part.ok ? part.value.admin : undefined;
}

/** Where keys are, by the settings; if those have become wrong, by the ones before, which the server that runs goes by. */
export async function signingOrTell(
  host: Pick<CliHost, 'loadConfig'>,
  ask: ConfigAsk,
): Promise<SigningPlace | undefined> {
  const config = await configOrTell(host, ask);
  if (config !== undefined) return config;
  const admin = await adminAlone(host, ask);
  const reply = admin && (await askAdmin<SigningPlace>(admin, '/api/dnssec'));
  if (reply?.ok === false) printError(reply.problem.message);
  return reply?.ok === true ? reply.value : undefined;
}
