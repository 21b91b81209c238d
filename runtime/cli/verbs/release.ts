/** `dnsteer release <zone>`: ends the quarantine of its policy in the running server. */
import type { Command } from 'commander';
import type { ReleaseReply } from '../../admin/release.ts';
import { printableData } from '../../base/printable.ts';
import { askAdmin } from '../admin-client.ts';
import { adminOrTell } from '../config-or-tell.ts';
import { ADMIN_OF_SERVER, askFrom, examples, type SettingFlags, withConfig } from '../flags.ts';
import type { CliHost, ConfigAsk, Done } from '../host.ts';
import { printReply } from '../print-reply.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withConfig(command)
    .description(
      'End the quarantine of a policy, without a change of its file: the running server asks it again.',
    )
    .argument('<zone>', 'zone of the policy')
    .option('--admin <address>', ADMIN_OF_SERVER)
    .addHelpText('after', examples('dnsteer release example.com'))
    .action(async (zone: string, flags: SettingFlags) => done(await release(host, zone, askFrom(flags))));
}

/** Milliseconds for the reply: a policy that was stopped in its trial is tried again first. */
const PATIENCE_MS = 30_000;

async function release(host: Pick<CliHost, 'loadConfig'>, zone: string, ask: ConfigAsk): Promise<number> {
  const admin = await adminOrTell(host, ask);
  if (admin === undefined) return 1;
  const path = `/api/release?${new URLSearchParams({ zone }).toString()}`;
  const reply = await askAdmin<ReleaseReply>(admin, path, { method: 'POST', patienceMs: PATIENCE_MS });
  return printReply(reply, {}, (said) => {
    const { zone: known, outcome } = printableData(said);
    return `${known} ${SAID[outcome]}`;
  });
}

const SAID: Readonly<Record<ReleaseReply['outcome'], string>> = {
  released: 'is released: its policy is asked again',
  'not-quarantined': 'was not quarantined',
};
