/** `dnsteer announce …`: whether this server draws traffic by BGP, and the bridge that ExaBGP starts. */
import type { Command } from 'commander';
import type { AnnounceReply } from '../../../admin/announce/announce-ask.ts';
import { type AnnounceStatus, announceLines, NO_PREFIXES } from '../../../admin/announce/announce-status.ts';
import type { Status } from '../../../admin/status.ts';
import { printableData } from '../../../base/printable.ts';
import { userName } from '../../ask-override.ts';
import { configOrTell } from '../../config-or-tell.ts';
import {
  ADMIN_OF_SERVER,
  askFrom,
  examples,
  type JsonFlag,
  type SettingFlags,
  withConfig,
} from '../../flags.ts';
import type { CliHost, Done } from '../../host.ts';
import { askServer, printReply } from '../../print-reply.ts';
import { printNotice } from '../../terminal.ts';

type Flags = SettingFlags & JsonFlag;

interface DrainFlags extends Flags {
  readonly reason?: string;
  readonly owner?: string;
  readonly for?: string;
}

type Host = Pick<CliHost, 'loadConfig'>;

export function define(command: Command, host: CliHost, done: Done): void {
  withConfig(command)
    .description('Show whether this server draws traffic by BGP, and keep traffic away from it.')
    .addHelpText(
      'after',
      examples(
        'dnsteer announce status',
        "dnsteer announce drain --reason 'new disks' --for 2h",
        'dnsteer announce undrain',
      ),
    );
  asking(command, 'status', 'Show what is announced, since when, why, and which BGP speakers know.').action(
    async (_: unknown, sub: Command) => done(await show(host, sub.optsWithGlobals())),
  );
  asking(
    command,
    'drain',
    'Withdraw the prefixes at once, whatever the server is like; it goes on answering.',
  )
    .option('--reason <text>', 'why, for others')
    .option('--owner <name>', 'who; default: the user who runs this')
    .option('--for <time>', 'ends by itself after so long, such as 2h')
    .action(async (_: unknown, sub: Command) => done(await say(host, 'drain', sub.optsWithGlobals())));
  asking(command, 'undrain', 'End that: prefixes are announced again once the server is well.')
    .option('--owner <name>', 'who; default: the user who runs this')
    .action(async (_: unknown, sub: Command) => done(await say(host, 'undrain', sub.optsWithGlobals())));
  withConfig(command.command('exabgp'))
    .description(
      'Announce by ExaBGP, which starts this as a process of its API and gets lines on its standard output.',
    )
    .addHelpText('after', examples('run dnsteer announce exabgp --config /etc/dnsteer/dnsteer.yaml;'))
    .action(async (_: unknown, sub: Command) => done(await bridge(host, sub.optsWithGlobals())));
  withConfig(command.command('withdraw'))
    .description(
      'Empty the files that BIRD includes, and have BIRD read them: for what runs after a server that was killed (ExecStopPost).',
    )
    .action(async (_: unknown, sub: Command) => done(await withdraw(host, sub.optsWithGlobals())));
}

function asking(command: Command, name: string, description: string): Command {
  return withConfig(command.command(name))
    .description(description)
    .option('--admin <address>', ADMIN_OF_SERVER)
    .option('--json', 'print JSON');
}

async function show(host: Host, flags: Flags): Promise<number> {
  const reply = await askServer<Pick<Status, 'announce'>>(host, flags, '/api/status');
  const chosen =
    reply?.ok === true ? { ok: true as const, value: reply.value.announce ?? NO_PREFIXES } : reply;
  return printReply(chosen, flags, inWords);
}

async function say(host: Host, what: string, flags: DrainFlags): Promise<number> {
  const { reason, owner = userName(), for: length } = flags;
  const query = new URLSearchParams({
    do: what,
    owner,
    ...(reason !== undefined && { reason }),
    ...(length !== undefined && { for: length }),
  });
  const path = `/api/announce?${query.toString()}`;
  const reply = await askServer<AnnounceReply>(host, flags, path, { method: 'POST' });
  if (reply?.ok === true)
    for (const warning of printableData(reply.value).warnings) printNotice(`warning: ${warning}`);
  return printReply(reply, flags, ({ announce }) => inWords(announce));
}

function inWords(said: AnnounceStatus | typeof NO_PREFIXES): string {
  const lines = announceLines(printableData(said));
  return lines.length === 0 ? 'No prefixes are announced here (announce.prefixes)' : lines.join('\n');
}

async function bridge(host: Host, flags: SettingFlags): Promise<number> {
  const config = await configOrTell(host, askFrom(flags));
  if (config === undefined) return 1;
  const { runExabgpBridge } = await import('../../work/exabgp-bridge.ts');
  return await runExabgpBridge(config);
}

async function withdraw(host: Host, flags: SettingFlags): Promise<number> {
  const config = await configOrTell(host, askFrom(flags));
  if (config === undefined) return 1;
  const { withdrawFromBird } = await import('../../work/withdraw-from-bird.ts');
  return await withdrawFromBird(config.announce);
}
