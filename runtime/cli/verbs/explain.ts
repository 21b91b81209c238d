/** `dnsteer explain <name> [type]`: asks the running server, or finds the answer here if there is none. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ExplainText } from '../../admin/explain-request.ts';
import { assert } from '../../base/assert.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { fail, type Result } from '../../base/result.ts';
import type { Config } from '../../config/config.ts';
import type { ExplainAsk, Explanation } from '../../rpc/explanation.ts';
import type { GivenAliases } from '../../testing/given-aliases.ts';
import { askAdmin } from '../admin-client.ts';
import { adminAlone, configOrTell } from '../config-or-tell.ts';
import { askFrom, examples, type JsonFlag, type SettingFlags, withSettings } from '../flags.ts';
import type { CliHost, ConfigAsk, Done } from '../host.ts';
import { print, printDiagnostics, printError, printJson, printNotice } from '../terminal.ts';

export function define(command: Command, host: CliHost, done: Done): void {
  withSettings(command)
    .description(
      'Tell how a query is answered, and why: what the policy read, its plan, what steering kept and dropped.',
    )
    .argument('[name]', 'name asked for; with --id a recording, or a folder of them')
    .argument('[type]', 'type asked for', 'A')
    .option('--from <address>', 'address or network of the client')
    .option('--country <code>', 'country of the client, whatever its address says', countryCode)
    .option(
      '--down <pool>',
      'as if a pool were down (zone/pool, pool/address); can be given again',
      collected,
    )
    .option('--up <pool>', 'as if it were up', collected)
    .option('--at <moment>', 'as if it were then: "2026-12-24 23:00 Europe/Berlin"')
    .option('--seed <number>', 'as if chance came to the same each time')
    .option(
      '--alias <target=addresses>',
      'with --offline: what an alias leads to (shop.cdn.example=192.0.2.1,2001:db8::1); can be given again',
      collected,
    )
    .addOption(
      new Option('--id <id>', 'a query that was recorded, as it was; by the files of now').conflicts(
        AS_IT_WAS,
      ),
    )
    .option('--dnssec', 'print the records of DNSSEC as well: signatures, and proofs of what is not there')
    .option('--offline', 'do not ask the running server')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'dnsteer explain www.example.com',
        'dnsteer explain www.example.com AAAA --from 203.0.113.7',
        'dnsteer explain www.example.com --country DE --offline',
        'dnsteer explain www.example.com --down eu --at "2026-12-24 23:00 Europe/Berlin" --seed 7',
      ),
    )
    .action(async (name: string | undefined, type: string, flags: SettingFlags & ExplainFlags) => {
      const ask = askFrom(flags);
      if (flags.id !== undefined) {
        if (command.args.length > 1) command.error('error: --id takes one file, or one folder');
        done(await explainById(host, flags.id, name, flags, ask));
        return;
      }
      if (flags.alias !== undefined && flags.offline !== true)
        command.error('error: --alias goes with --offline: a server that runs has resolved its aliases');
      // Commander says it in the same words, of what it knows to be required.
      if (name === undefined) command.error("error: missing required argument 'name'");
      const { from, country, dnssec, down, up, at, seed } = flags;
      const isDnssec = dnssec === true ? '1' : undefined;
      const question = { name, type, from, country, dnssec: isDnssec, down, up, at, seed };
      done(await explainQuestion(host, question, flags, ask));
    });
}

/** What a query that was recorded brings along. */
const AS_IT_WAS = ['from', 'country', 'down', 'up', 'at', 'seed', 'alias'];

interface ExplainFlags extends JsonFlag {
  readonly from?: string;
  readonly country?: string;
  readonly down?: readonly string[];
  readonly up?: readonly string[];
  readonly at?: string;
  readonly seed?: string;
  readonly alias?: readonly string[];
  readonly id?: string;
  readonly dnssec?: boolean;
  readonly offline?: boolean;
}

async function explainQuestion(
  host: Pick<CliHost, 'loadConfig'>,
  question: ExplainText,
  options: ExplainFlags,
  ask: ConfigAsk,
): Promise<number> {
  const { readExplainAsk } = await import('../../admin/explain-request.ts');
  const { readAliasFlags } = await import('../../testing/given-aliases.ts');
  const wanted = readExplainAsk(question);
  const aliases = readAliasFlags(options.alias ?? []);
  for (const read of [wanted, aliases]) if (!read.ok) printError(read.problem);
  if (!wanted.ok || !aliases.ok) return 2;
  const config = await configOrTell(host, ask);
  // Where settings have become wrong, the server that runs explains by those before.
  const admin = options.offline === true ? undefined : (config?.admin ?? (await adminAlone(host, ask)));
  if (config === undefined && admin === undefined) return 1;
  const asked = { question, ask: wanted.value, aliases: aliases.value };
  return await tell(await explainWith({ admin, config }, asked), options);
}

/** Explains a query that was recorded; `place` is a file, or a folder of files. */
async function explainById(
  host: Pick<CliHost, 'loadConfig'>,
  id: string,
  place: string | undefined,
  options: ExplainFlags,
  ask: ConfigAsk,
): Promise<number> {
  const config = await configOrTell(host, ask);
  if (config === undefined) return 1;
  const { explainRecorded } = await import('../work/explain-recorded.ts');
  return await tell(await explainRecorded(config, id, place, options.dnssec === true), options);
}

async function tell(
  explained: Result<Explanation, readonly Diagnostic[]>,
  { json }: JsonFlag,
): Promise<number> {
  if (!explained.ok) {
    printDiagnostics(explained.problem);
    return 1;
  }
  if (json === true) {
    printJson(explained.value);
    return 0;
  }
  const { formatExplanation } = await import('../work/explanation-text.ts');
  print(formatExplanation(explained.value));
  return 0;
}

/** A question, as a server gets it and as it is read. */
interface Asked {
  readonly question: ExplainText;
  readonly ask: ExplainAsk;
  readonly aliases: GivenAliases;
}

/** Asks a server if `admin` says where; without a reply the answer is found here, if there are settings for that. */
async function explainWith(
  { admin, config }: { readonly admin: Config['admin'] | undefined; readonly config: Config | undefined },
  { question, ask, aliases }: Asked,
): Promise<Result<Explanation, readonly Diagnostic[]>> {
  if (admin !== undefined) {
    const live = await askAdmin<Explanation>(admin, `/api/explain?${parameters(question)}`);
    if (live.ok) return live;
    const { kind, message } = live.problem;
    if (kind === 'refused' || config === undefined)
      return fail([{ code: 'START', severity: 'error', message }]);
    const others = ask.asIf?.down === undefined ? 'every target' : 'every other target';
    printNotice(`${message}; this is what one would answer, with ${others} up`);
  }
  assert(config !== undefined, 'there is a server to ask, or there are settings');
  const { explainOffline } = await import('../work/explain-offline.ts');
  return await explainOffline(config, ask, aliases);
}

function parameters(question: ExplainText): string {
  const given = Object.entries(question) as [string, string | readonly string[] | undefined][];
  const present = given.flatMap(([key, value]) => [value ?? []].flat().map((text) => [key, text]));
  return new URLSearchParams(present).toString();
}

/** Of a flag that can be given again. */
function collected(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function countryCode(text: string): string {
  if (!/^[A-Za-z]{2}$/.test(text))
    throw new InvalidArgumentError('A country is a code of two letters, such as DE.');
  return text.toUpperCase();
}
