/** `dnsteer explain <name> [type]`: asks the running server, or finds the answer here if there is none. */
import { type Command, InvalidArgumentError } from 'commander';
import { type ExplainText, readExplainAsk } from '../../admin/explain-request.ts';
import { assert } from '../../base/assert.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { fail, type Result } from '../../base/result.ts';
import type { Config } from '../../config/config.ts';
import type { ExplainAsk, Explanation } from '../../rpc/explanation.ts';
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
    .argument('<name>', 'name asked for')
    .argument('[type]', 'type asked for', 'A')
    .option('--from <address>', 'address or network of the client')
    .option('--country <code>', 'country of the client, whatever its address says', countryCode)
    .option('--dnssec', 'print the records of DNSSEC as well: signatures, and proofs of what is not there')
    .option('--offline', 'do not ask the running server')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'dnsteer explain www.example.com',
        'dnsteer explain www.example.com AAAA --from 203.0.113.7',
        'dnsteer explain www.example.com --country DE --offline',
      ),
    )
    .action(async (name: string, type: string, flags: SettingFlags & ExplainFlags) => {
      const { from, country, dnssec } = flags;
      const question = { name, type, from, country, dnssec: dnssec === true ? '1' : undefined };
      done(await explainQuestion(host, question, flags, askFrom(flags)));
    });
}

interface ExplainFlags extends JsonFlag {
  readonly from?: string;
  readonly country?: string;
  readonly dnssec?: boolean;
  readonly offline?: boolean;
}

async function explainQuestion(
  host: Pick<CliHost, 'loadConfig'>,
  question: ExplainText,
  options: ExplainFlags,
  ask: ConfigAsk,
): Promise<number> {
  const wanted = readExplainAsk(question);
  if (!wanted.ok) {
    printError(wanted.problem);
    return 2;
  }
  const config = await configOrTell(host, ask);
  // Where settings have become wrong, the server that runs explains by those before.
  const admin = options.offline === true ? undefined : (config?.admin ?? (await adminAlone(host, ask)));
  if (config === undefined && admin === undefined) return 1;
  const explained = await explainWith({ admin, config }, question, wanted.value);
  if (!explained.ok) {
    printDiagnostics(explained.problem);
    return 1;
  }
  if (options.json === true) {
    printJson(explained.value);
    return 0;
  }
  const { formatExplanation } = await import('../work/explanation-text.ts');
  print(formatExplanation(explained.value));
  return 0;
}

/** Asks a server if `admin` says where; without a reply the answer is found here, if there are settings for that. */
async function explainWith(
  { admin, config }: { readonly admin: Config['admin'] | undefined; readonly config: Config | undefined },
  question: ExplainText,
  ask: ExplainAsk,
): Promise<Result<Explanation, readonly Diagnostic[]>> {
  if (admin !== undefined) {
    const live = await askAdmin<Explanation>(admin, `/api/explain?${parameters(question)}`);
    if (live.ok) return live;
    const { kind, message } = live.problem;
    if (kind === 'refused' || config === undefined)
      return fail([{ code: 'START', severity: 'error', message }]);
    printNotice(`${message}; this is what one would answer, with every target up`);
  }
  assert(config !== undefined, 'there is a server to ask, or there are settings');
  const { explainOffline } = await import('../work/explain-offline.ts');
  return await explainOffline(config, ask);
}

function parameters({ name, type, from, country, dnssec }: ExplainText): string {
  const given = Object.entries({ name, type, from, country, dnssec });
  const present = given.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
  return new URLSearchParams(present).toString();
}

function countryCode(text: string): string {
  if (!/^[A-Za-z]{2}$/.test(text))
    throw new InvalidArgumentError('A country is a code of two letters, such as DE.');
  return text.toUpperCase();
}
