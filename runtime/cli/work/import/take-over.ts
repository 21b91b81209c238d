/** Runs an import: what it makes is written or printed, and what could not be said is told. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemErrorCode, systemErrorText } from '../../../base/system-error.ts';
import { importGdnsd } from '../../../import/gdnsd/import-gdnsd.ts';
import type { Imported, ImportResult } from '../../../import/imported.ts';
import { importPdnsLua } from '../../../import/pdns-lua/import-pdns-lua.ts';
import { importRoute53 } from '../../../import/route53/import-route53.ts';
import { print, printDiagnostics, printError, printJson } from '../../terminal.ts';
import { isComplete, reportText } from './report-text.ts';

export interface ImportFlags {
  readonly format: 'gdnsd' | 'pdns-lua' | 'route53';
  readonly source: string;
  readonly out: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly zone?: string;
  readonly healthChecks?: string;
  readonly cidrBlocks?: string;
  readonly json?: boolean;
}

/** Returns the exit code. */
export function takeOver(flags: ImportFlags): number {
  const imported = importFrom(flags);
  if (!imported.ok) {
    const { problem: diagnostics } = imported;
    if (flags.json) printJson({ diagnostics });
    else printDiagnostics(diagnostics);
    return 2;
  }
  const { files, report } = imported.value;
  if (!flags.dryRun) {
    const problem = write(files, flags);
    if (problem !== undefined) {
      printError(problem);
      return 2;
    }
  }
  if (flags.json) printJson(jsonOf(imported.value, flags));
  else tell(imported.value, flags);
  return isComplete(report) ? 0 : 1;
}

function importFrom(flags: ImportFlags): ImportResult {
  const { format, source } = flags;
  if (format === 'gdnsd') return importGdnsd(source);
  return format === 'pdns-lua' ? importPdnsLua(source, flags) : importRoute53(source, flags);
}

function jsonOf({ files, report }: Imported, { out, dryRun }: ImportFlags) {
  return {
    files: [...files].map(([file, text]) => ({ file: path.join(out, file), ...(dryRun && { text }) })),
    report,
  };
}

function tell({ files, report }: Imported, { out, dryRun }: ImportFlags): void {
  for (const [file, text] of files) {
    print(dryRun ? `── ${path.join(out, file)}\n${text}` : `wrote ${path.join(out, file)}`);
  }
  print(reportText(report));
}

/** Writes all files or none that is there already; tells what is in the way. */
function write(files: ReadonlyMap<string, string>, { out, force }: ImportFlags): string | undefined {
  const there = [...files.keys()].map((file) => path.join(out, file)).filter((file) => existsSync(file));
  if (there.length > 0 && !force) {
    return `${there.join(', ')} ${there.length === 1 ? 'is' : 'are'} there already: name another folder with --out, or write over with --force`;
  }
  try {
    mkdirSync(out, { recursive: true });
    for (const [file, text] of files) writeFileSync(path.join(out, file), text, { flag: force ? 'w' : 'wx' });
    return undefined;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return `Cannot write into ${out}: ${systemErrorText(error)}`;
  }
}
