/** `dnsteer push <name> <up|down>`: tells the running server how a target of checks of type `push` is. */
import type { Command } from 'commander';
import type { PushReply } from '../../admin/overrides/push.ts';
import { printableData } from '../../base/printable.ts';
import { ADMIN_OF_SERVER, examples, type SettingFlags, withConfig } from '../flags.ts';
import type { CliHost, Done } from '../host.ts';
import { askServer, printReply } from '../print-reply.ts';

interface Flags extends SettingFlags {
  readonly for?: string;
  readonly reason?: string;
  readonly load?: string;
}

export function define(command: Command, host: CliHost, done: Done): void {
  withConfig(command)
    .description(
      'Tell the running server how a target is, for checks of type "push" that have the name. Push again before the check expires.',
    )
    .argument('<name>', 'name of the target, or its address')
    .argument('<state>', 'up or down')
    .option('--for <seconds>', 'time for which it holds, if that is less than the check allows')
    .option('--load <number>', 'how loaded it is, for the plan leastLoaded')
    .option('--reason <text>', 'why it is down, for the status')
    .option('--admin <address>', ADMIN_OF_SERVER)
    .addHelpText('after', examples('dnsteer push db up', 'dnsteer push db down --reason "being upgraded"'))
    .action(async (name: string, state: string, flags: Flags) =>
      done(await push(host, { name, state }, flags)),
    );
}

async function push(
  host: Pick<CliHost, 'loadConfig'>,
  named: { readonly name: string; readonly state: string },
  flags: Flags,
): Promise<number> {
  const { for: seconds, reason, load } = flags;
  const query = new URLSearchParams({
    ...named,
    ...(seconds !== undefined && { for: seconds }),
    ...(reason !== undefined && { reason }),
    ...(load !== undefined && { load }),
  });
  const path = `/api/push?${query.toString()}`;
  return printReply(await askServer<PushReply>(host, flags, path, { method: 'POST' }), {}, inWords);
}

function inWords(said: PushReply): string {
  const { name, state, targets } = printableData(said);
  return `${name} is ${state} for ${targets === 1 ? 'one target' : `${targets} targets`}`;
}
