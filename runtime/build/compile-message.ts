/** Messages of esbuild as diagnostics: in terms of the author's file, and with a remedy. */

import type { Message } from 'esbuild';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { ProblemCode } from '../base/errors.ts';
import { withoutPasswords } from '../base/printable.ts';

/** What compile.ts attaches to its own messages, where {@link diagnosticFrom} finds it. */
export interface MessageDetail {
  readonly code: ProblemCode;
  readonly remedy?: string;
}

/** Longer lines are generated code: nobody would find a caret in them. */
const MAX_SOURCE_LINE = 400;

/** Messages in which esbuild speaks of bundling, of which a policy author knows nothing, in other words. */
const REWRITTEN: readonly { readonly when: RegExp; readonly message: string; readonly remedy: string }[] = [
  {
    when: /"import\.meta" is not available/,
    message: 'A policy has no import.meta',
    remedy: 'Remove it; a policy runs nowhere in particular',
  },
  {
    when: /^Top-level await/,
    message: 'A policy cannot wait: top-level await is not available',
    remedy: 'Compute the value at once; there is nothing in a policy to wait for',
  },
  {
    when: /^Could not resolve import\(|This "import" expression/,
    message: 'A policy cannot import() at run time',
    remedy: 'Write an import statement at the top of the file',
  },
  {
    when: /This call to "require"|^Could not resolve require\(|Indirect calls to "require"|"require\.resolve"/,
    message: 'A policy can require() only a file or module named by a string',
    remedy: "Write the name itself: require('./snippets/regions.js')",
  },
];

const NO_EXPORT = /^No matching export in "(.*)" for import "(.*)"$/;

/** What is left out at the end of one line shows in the next one. */
const NO_COMMA: readonly [RegExp, string] = [
  /^Expected "(?:\}|\]|\))" but found /,
  'See whether the line above lacks a comma at its end, or a bracket',
];

/** `shown` turns a path of esbuild into the one the operator typed; `undefined` for dnsteer's own code. */
export function diagnosticFrom(
  message: Message,
  severity: Diagnostic['severity'],
  shown: (file: string) => string | undefined,
): Diagnostic {
  const detail = message.detail as MessageDetail | undefined;
  const { text, remedy } = phrase(message, shown);
  const theRemedy = detail?.remedy ?? remedy;
  return {
    code: detail?.code ?? 'POLICY_SYNTAX',
    severity,
    message: text,
    ...placeOf(message, shown),
    ...(theRemedy === undefined ? {} : { remedy: theRemedy }),
  };
}

function phrase(
  message: Message,
  shown: (file: string) => string | undefined,
): { text: string; remedy?: string } {
  for (const { when, message: text, remedy } of REWRITTEN)
    if (when.test(message.text)) return { text, remedy };
  const [, file, name] = NO_EXPORT.exec(message.text) ?? [];
  const text =
    file === undefined
      ? message.text.replace(/\.$/, '')
      : `${shown(file) ?? '"dnsteer"'} exports no "${name}"`;
  // Notes with a location say where else to look; the others say what to do.
  const note = message.notes.find((note) => note.location === null || note.text.startsWith('Did you mean'));
  const remedy = note?.text ?? (NO_COMMA[0].test(text) ? NO_COMMA[1] : undefined);
  return { text, ...(remedy === undefined ? {} : { remedy }) };
}

function placeOf(message: Message, shown: (file: string) => string | undefined): Partial<Diagnostic> {
  const { location } = message;
  if (location === null) return {};
  const file = shown(location.file);
  if (file === undefined) return {};
  const { line, lineText } = location;
  // esbuild counts octets; editors count UTF-16 units.
  const column = Buffer.from(lineText).subarray(0, location.column).toString().length + 1;
  return {
    file,
    line,
    column,
    ...(lineText.length > MAX_SOURCE_LINE ? {} : { source: withoutPasswords(lineText) }),
  };
}
