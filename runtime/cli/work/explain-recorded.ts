/**
 * Explains a query that was recorded, as it was: the client, the moment, what was down, what chance came to, and where the
 * client was found to be then. The files of now decide, so that it shows as well what a change has made of it.
 */
import { readExplainAsk } from '../../admin/explain-request.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Config } from '../../config/config.ts';
import { isSameAnswer } from '../../replay/answer-label.ts';
import { placeRead } from '../../replay/recorded-facts.ts';
import type { ExplainAsk, Explanation } from '../../rpc/explanation.ts';
import type { RecordedLine } from '../../rpc/recorded-line.ts';
import { printNotice } from '../terminal.ts';
import { explainOffline } from './explain-offline.ts';
import { findRecorded } from './find-recorded.ts';

/** `place`: a file, or a folder of files; default: the recordings of the server. */
export async function explainRecorded(
  config: Config,
  id: string,
  place: string | undefined,
  withRecords: boolean,
): Promise<Result<Explanation, readonly Diagnostic[]>> {
  const found = await findRecorded(id, place ?? config.record.folder);
  if (!found.ok) return fail([{ code: 'USAGE', severity: 'error', message: found.problem }]);
  const ask = askFor(found.value);
  if (!ask.ok) return fail([{ code: 'USAGE', severity: 'error', message: `Query ${id}: ${ask.problem}` }]);
  const { unreplayable } = found.value;
  if (unreplayable !== undefined) printNotice(UNREPLAYABLE[unreplayable]);
  const explained = await explainOffline(config, {
    ...ask.value,
    ...(withRecords && { withRecords: true as const }),
  });
  return explained.ok ? ok(withAnswerThen(explained.value, found.value)) : explained;
}

const UNREPLAYABLE: Readonly<Record<NonNullable<RecordedLine['unreplayable']>, string>> = {
  address:
    'The policy read the whole address of its client, and the recording is not full: the first address of the network stands in',
  override:
    'Operators had overridden the health of pools then, which is not recorded: what was down is taken to have failed',
};

/** The question to ask for all to be as it was. */
function askFor({ name, type, client, at, down = [], reads, chance = [] }: RecordedLine): Result<ExplainAsk> {
  const asked = readExplainAsk({ name, type, from: client, country: undefined });
  if (!asked.ok) return asked;
  // What a policy has read to be down was so, whatever else the line says.
  const known = new Set(down.map((target) => target.split('/')[0]));
  const fallen = reads.flatMap(([fact, value]) => {
    const pool = fact.startsWith('health.') && value === 'down' ? fact.slice('health.'.length) : undefined;
    return pool === undefined || known.has(pool) ? [] : [pool];
  });
  const all = [...down, ...fallen];
  const asIf = { ...(all.length > 0 && { down: all }), at };
  return ok({ ...asked.value, facts: Object.fromEntries(placeRead(reads)), asIf, thrown: chance });
}

function withAnswerThen(told: Explanation, line: RecordedLine): Explanation {
  const { id, version, rcode, answer, unreplayable } = line;
  const recorded = {
    id,
    ...(version !== undefined && { version }),
    rcode,
    answer,
    // The address could be in it, so it is not there.
    ...(unreplayable !== 'address' && {
      isSame: isSameAnswer({ rcode: told.rcode, answer: told.answer }, line),
    }),
  };
  return { ...told, recorded };
}
