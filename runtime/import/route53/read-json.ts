/** JSON as the AWS command line prints it, with the line of each item for the report. */
import { LineCounter, parseDocument } from 'yaml';
import type { ZodType } from 'zod';
import { fileProblemText, readTextSync } from '../../base/files/read-file.ts';
import { fail, ok } from '../../base/result.ts';
import { type ImportResult, notUnderstood } from '../imported.ts';
import { MOST_IMPORT_OCTETS, unreadableImport } from '../zone-source.ts';

export interface ReadJson<T> {
  readonly value: T;
  /** The line on which the item of a list begins, 1-based. */
  readonly lineOf: (list: string, index: number) => number;
}

/** Reads a file of one shape. JSON is YAML as well, whose parser knows where everything stands. */
export function readAwsJson<T>(file: string, shape: ZodType<T>, command: string): ImportResult<ReadJson<T>> {
  const read = readTextSync(file, { mostOctets: MOST_IMPORT_OCTETS });
  if (!read.ok) return fail([unreadableImport(file, fileProblemText(read.problem))]);
  const lines = new LineCounter();
  const remedy = `Give what this prints: aws route53 ${command} --output json`;
  const document = parseDocument(read.value, { lineCounter: lines, keepSourceTokens: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line = 1, col = 1 } = error.linePos?.[0] ?? {};
    return notUnderstood(
      { file, line, column: col },
      `This is no JSON: ${error.message.split('\n')[0]?.replace(/:$/, '')}`,
      remedy,
    );
  }
  const lineAt = (path: readonly (string | number)[]) => {
    for (let up = path; up.length > 0; up = up.slice(0, -1)) {
      const node = document.getIn(up, true) as { readonly range?: readonly number[] } | undefined;
      if (node?.range?.[0] !== undefined) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const parsed = shape.safeParse(document.toJS({ maxAliasCount: 0 }));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = (issue?.path ?? []).filter((key) => typeof key !== 'symbol');
    const message = `${path.join('.') || 'The file'}: ${issue?.message ?? 'not as expected'}`;
    return notUnderstood({ file, line: lineAt(path) }, message, remedy);
  }
  return ok({ value: parsed.data, lineOf: (list, index) => lineAt([list, index]) });
}
