/** `dnsteer release <zone>`: ends the quarantine of its policy in the running server. */
import type { ReleaseReply } from '../../admin/release.ts';
import { printableData } from '../../base/printable.ts';
import { askAdmin } from '../admin-client.ts';
import { configOrTell } from '../config-or-tell.ts';
import type { CliHost, ConfigAsk } from '../host.ts';
import { print, printError } from '../terminal.ts';

/** Milliseconds: a policy that was stopped in its trial has another one. */
const PATIENCE_MS = 30_000;

export async function release(
  host: Pick<CliHost, 'loadConfig'>,
  zone: string,
  ask: ConfigAsk,
): Promise<number> {
  const config = await configOrTell(host, ask);
  if (config === undefined) return 1;
  const path = `/api/release?${new URLSearchParams({ zone }).toString()}`;
  const reply = await askAdmin<ReleaseReply>(config.admin, path, { method: 'POST', patienceMs: PATIENCE_MS });
  if (!reply.ok) {
    printError(reply.problem.message);
    return 1;
  }
  const { zone: known, outcome } = printableData(reply.value);
  print(`${known} ${SAID[outcome]}`);
  return 0;
}

const SAID: Readonly<Record<ReleaseReply['outcome'], string>> = {
  released: 'is released: its policy is asked again',
  'not-quarantined': 'was not quarantined',
};
