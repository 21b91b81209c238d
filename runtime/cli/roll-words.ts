/** The words of `dnsteer dnssec` that tell the running server what to do with keys. */
import { type Command, Option } from 'commander';
import type { RollReply } from '../admin/roll.ts';
import { printableData } from '../base/printable.ts';
import { askAdmin } from './admin-client.ts';
import { adminOrTell } from './config-or-tell.ts';
import { ADMIN_OF_SERVER, askFrom, examples, type JsonFlag, type SettingFlags, withConfig } from './flags.ts';
import type { CliHost, Done } from './host.ts';
import { print, printError, printJson } from './terminal.ts';

interface Flags extends SettingFlags, JsonFlag {
  readonly kind?: string;
  readonly key?: readonly string[];
  readonly step?: string;
  readonly ttl?: string;
}

type Asked = Readonly<Record<string, string | undefined>>;

export function defineRolls(dnssec: Command, host: CliHost, done: Done): void {
  const word = (name: string, what: string, example: string, ask: (flags: Flags) => Asked): Command =>
    withConfig(dnssec.command(name))
      .description(what)
      .argument('<zone>', 'zone that is signed here')
      .option('--admin <address>', ADMIN_OF_SERVER)
      .option('--json', 'print JSON')
      .addHelpText('after', examples(example))
      .action(async (zone: string, _: unknown, sub: Command) => {
        const flags = sub.optsWithGlobals<Flags>();
        done(await tell(host, { zone, ...ask(flags) }, flags));
      });
  word(
    'roll',
    'Replace keys of a zone: new keys are made and shown, the parent is asked for their DS, and the old ones go.',
    'dnsteer dnssec roll shop.example --kind zsk',
    ({ kind, key }) => ({ do: 'start', kind, tags: key?.join() }),
  )
    .addOption(
      new Option('--kind <kind>', 'what is replaced; without it the key that signs all').choices([
        'csk',
        'ksk',
        'zsk',
        'algorithm',
      ]),
    )
    .option('--key <tag...>', 'keys in the key folder to take, rather than new ones');
  word(
    'unsign',
    'Begin to take the signatures off a zone that "dnssec.zones" names no more. It stays signed until no server of its parent has a DS.',
    'dnsteer dnssec unsign shop.example',
    () => ({ do: 'start', kind: 'unsign' }),
  );
  word(
    'continue',
    'Say that the step has been taken that a roll waits for: the settings leave it to you, or the server cannot see it.',
    'dnsteer dnssec continue shop.example',
    ({ step, ttl }) => ({ do: step ?? 'continue', ttl }),
  )
    .addOption(
      new Option('--step <step>', 'the step; without it the one that is waited for').choices([
        'report',
        'expire',
        'done',
      ]),
    )
    .option('--ttl <seconds>', 'with report: the longest TTL that you have seen');
  word(
    'confirm-clock',
    'Say that the clock is right, although it has leapt ahead since keys were last looked at.',
    'dnsteer dnssec confirm-clock shop.example',
    () => ({ do: 'confirm-clock' }),
  );
}

/** Milliseconds for the reply: servers of the zone and of its parent are looked at first. */
const PATIENCE_MS = 60_000;

async function tell(host: Pick<CliHost, 'loadConfig'>, asked: Asked, flags: Flags): Promise<number> {
  const admin = await adminOrTell(host, askFrom(flags));
  if (admin === undefined) return 1;
  const given = Object.entries(asked).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  const path = `/api/roll?${new URLSearchParams(given).toString()}`;
  const reply = await askAdmin<RollReply>(admin, path, { method: 'POST', patienceMs: PATIENCE_MS });
  if (!reply.ok) {
    printError(reply.problem.message);
    return 1;
  }
  const { zone, rolls } = printableData(reply.value);
  if (flags.json === true) {
    printJson({ zone, rolls });
    return 0;
  }
  const { formatChecklist } = await import('./work/checklist-text.ts');
  print(rolls === undefined ? zone : formatChecklist(rolls));
  return 0;
}
