/** `dnsteer emit <kind> <pool…>`: prints pools of the running server as another program reads them. */
import { Argument, type Command } from 'commander';
import type { UpstreamsReply } from '../../../admin/emit/upstreams-request.ts';
import { EMIT_KINDS, type EmitKind } from '../../../config/emit/emit-kinds.ts';
import { ADMIN_OF_SERVER, examples, type SettingFlags, withConfig } from '../../flags.ts';
import type { CliHost, Done } from '../../host.ts';
import { askServer } from '../../print-reply.ts';
import { print, printError } from '../../terminal.ts';
import { count } from '../../values.ts';

interface Flags extends SettingFlags {
  readonly port: number;
}

const HTTP_PORT = 80;
const MOST_PORT = 65_535;

export function define(command: Command, host: CliHost, done: Done): void {
  withConfig(command)
    .description(
      'Print pools of the running server as upstreams of nginx, backends of HAProxy or snippets of Caddy: addresses, and which of them are up, drained or forced.',
    )
    .addArgument(new Argument('<kind>', 'which program reads it').choices(EMIT_KINDS))
    .argument('<pool...>', 'pools: zone/pool')
    .option('--port <number>', 'port of all addresses', count, HTTP_PORT)
    .option('--admin <address>', ADMIN_OF_SERVER)
    .addHelpText(
      'after',
      examples(
        'dnsteer emit nginx shop.example/eu --port 8080 > /etc/nginx/conf.d/shop.conf',
        'dnsteer emit haproxy shop.example/eu shop.example/us',
      ),
    )
    .action(async (kind: EmitKind, pools: string[], flags: Flags) =>
      done(await emit(host, kind, pools, flags)),
    );
}

async function emit(
  host: Pick<CliHost, 'loadConfig'>,
  kind: EmitKind,
  pools: readonly string[],
  flags: Flags,
): Promise<number> {
  if (flags.port > MOST_PORT) {
    printError(`--port must be a number from 1 to ${MOST_PORT}`);
    return 1;
  }
  const path = `/api/upstreams?${new URLSearchParams(pools.map((pool) => ['pool', pool])).toString()}`;
  const reply = await askServer<UpstreamsReply>(host, flags, path);
  if (reply === undefined) return 1;
  const { upstreamText } = await import('../../../control/emit/upstream-text.ts');
  const text = reply.ok ? upstreamText(kind, reply.value.pools, flags.port) : undefined;
  if (text?.ok === true) print(text.value.trimEnd());
  else printError(reply.ok ? (text?.problem ?? '') : reply.problem.message);
  return text?.ok === true ? 0 : 1;
}
