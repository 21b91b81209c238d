/** `dnsteer release <zone>`: ends the quarantine of its policy in the running server. */
import type { Command } from 'commander';
import type { ReleaseReply } from '../../admin/release.ts';
import { printableData } from '../../base/printable.ts';
import { ADMIN_OF_SERVER, examples, type SettingFlags, withConfig } from '../flags.ts';
import type { CliHost, Done } from '../host.ts';
import { askServer, printReply } from '../print-reply.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withConfig(command)
    .description(
      'End the quarantine of a policy, without a change of its file: the running server asks it again.',
    )
    .argument('<zone>', 'zone of the policy')
    .option('--admin <address>', ADMIN_OF_SERVER)
    .addHelpText('after', examples('dnsteer release example.com'))
    .action(async (zone: string, flags: SettingFlags) => done(await release(host, zone, flags)));
}

/** Milliseconds for the reply: a policy that was stopped in its trial is tried again first. */
const PATIENCE_MS = 30_000;

async function release(
  host: Pick<CliHost, 'loadConfig'>,
  zone: string,
  flags: SettingFlags,
): Promise<number> {
  const path = `/api/release?${new URLSearchParams({ zone }).toString()}`;
  const request = { method: 'POST', patienceMs: PATIENCE_MS } as const;
  return printReply(await askServer<ReleaseReply>(host, flags, path, request), {}, inWords);
}

function inWords(said: ReleaseReply): string {
  const { zone, outcome } = printableData(said);
  return `${zone} ${SAID[outcome]}`;
}

const SAID: Readonly<Record<ReleaseReply['outcome'], string>> = {
  released: 'is released: its policy is asked again',
  'not-quarantined': 'was not quarantined',
};
