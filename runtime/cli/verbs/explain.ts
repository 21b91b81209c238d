/** `dnsteer explain <name> [type]`: asks the running server, or works it out here where there is none. */
import { readExplainAsk } from '../../admin/explain-request.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { fail, type Result } from '../../base/result.ts';
import type { Config } from '../../config/config.ts';
import type { ExplainAsk, Explanation } from '../../rpc/explanation.ts';
import { askAdmin } from '../admin-client.ts';
import { configOrTell } from '../config-or-tell.ts';
import { formatExplanation } from '../explanation-text.ts';
import type { CliHost, ConfigAsk } from '../host.ts';
import type { ExplainOptions, ExplainQuestion } from '../program.ts';
import { print, printDiagnostics, printError, printJson, printNotice } from '../terminal.ts';

export async function explain(
  host: Pick<CliHost, 'loadConfig'>,
  question: ExplainQuestion,
  options: ExplainOptions,
  ask: ConfigAsk,
): Promise<number> {
  const wanted = readExplainAsk(question);
  if (!wanted.ok) {
    printError(wanted.problem);
    return 2;
  }
  const config = await configOrTell(host, ask);
  if (config === undefined) return 1;
  const explained = await explainWith(config, question, wanted.value, options);
  if (!explained.ok) {
    printDiagnostics(explained.problem);
    return 1;
  }
  if (options.json === true) printJson(explained.value);
  else print(formatExplanation(explained.value));
  return 0;
}

async function explainWith(
  config: Config,
  question: ExplainQuestion,
  ask: ExplainAsk,
  { offline = false }: ExplainOptions,
): Promise<Result<Explanation, readonly Diagnostic[]>> {
  if (!offline) {
    const live = await askAdmin<Explanation>(config.admin, `/api/explain?${parameters(question)}`);
    if (live.ok) return live;
    if (live.problem.kind === 'refused') {
      return fail([{ code: 'START', severity: 'error', message: live.problem.message }]);
    }
    printNotice(`${live.problem.message}; this is what one would answer, with every target up`);
  }
  const { explainOffline } = await import('../explain-offline.ts');
  return await explainOffline(config, ask);
}

function parameters({ name, type, from, country }: ExplainQuestion): string {
  const given = Object.entries({ name, type, from, country });
  const present = given.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
  return new URLSearchParams(present).toString();
}
