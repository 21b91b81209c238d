/** `dnsteer new <domain>`: a commented starter policy, and what editors need beside it. */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemErrorCode, systemErrorText } from '../../base/system-error.ts';
import { shownPath } from '../../build/shown-path.ts';
import { discover } from '../../registry/discover.ts';
import { FolderScanner } from '../../registry/folder/scan.ts';
import { configOrTell } from '../config-or-tell.ts';
import type { CliHost, ConfigAsk } from '../host.ts';
import { POLICY_TYPES } from '../own-files.ts';
import { starterPolicy, starterTsconfig, TYPES_FILE } from '../starter.ts';
import { print, printError } from '../terminal.ts';

export async function createPolicy(
  host: Pick<CliHost, 'loadConfig'>,
  domain: string,
  ask: ConfigAsk,
): Promise<number> {
  const config = await configOrTell(host, ask);
  if (config === undefined) return 1;
  const root = config.policies;
  const zone = domain.toLowerCase().replace(/\.$/, '');
  const problem = nameProblem(zone) ?? (await takenBy(zone, root));
  if (problem !== undefined) {
    printError(problem);
    return 1;
  }
  const file = `${zone}.ts`;
  try {
    const written = write(file, starterPolicy(zone), root);
    for (const one of written) print(`wrote ${shownPath(root, one)}`);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    printError(`Cannot write ${shownPath(root, file)}: ${systemErrorText(error)}`);
    return 1;
  }
  print(`Put your addresses into ${shownPath(root, file)}, then run: dnsteer check`);
  return 0;
}

/** What it wrote. */
function write(file: string, policy: string, root: string): readonly string[] {
  mkdirSync(root, { recursive: true });
  // `wx` refuses what another process may have put there meanwhile.
  writeFileSync(path.join(root, file), policy, { flag: 'wx' });
  return [file, ...prepareEditors(root)];
}

/** Judged as the server judges a file of that name. */
function nameProblem(zone: string): string | undefined {
  if (zone === '' || zone.includes(path.sep) || zone.includes('/')) return `"${zone}" is no domain name`;
  const { zones, refused } = discover([`${zone}.ts`], new Map(), (file) => file);
  if (zones.has(zone)) return undefined;
  const why =
    refused[0]?.diagnostic.message.replace(/^.*?: /, '') ?? 'files that begin with "_" or "." hold none';
  return `"${zone}" cannot be the name of a zone: ${why}`;
}

async function takenBy(zone: string, root: string): Promise<string | undefined> {
  const scan = new FolderScanner(root).scan();
  if (!scan.ok) return existsSync(root) ? `Cannot read ${shownPath(root, '.')}: ${scan.problem}` : undefined;
  const holder = discover(scan.files.keys(), new Map(), (file) => file).zones.get(zone);
  // A zone file alone is welcome to a policy beside it.
  const file = holder?.policy ?? (path.dirname(holder?.records ?? '') === '.' ? undefined : holder?.records);
  return file === undefined ? undefined : `Zone ${zone} is served by ${shownPath(root, file)} already`;
}

/** A tsconfig.json that is there is the author's, and left alone; types that are there are an older dnsteer's. */
function prepareEditors(root: string): string[] {
  const project = path.join(root, 'tsconfig.json');
  const types = path.join(root, TYPES_FILE);
  const isPrepared = existsSync(project);
  if (isPrepared && !existsSync(types)) return [];
  mkdirSync(path.dirname(types), { recursive: true });
  copyFileSync(POLICY_TYPES, types);
  if (isPrepared) return [];
  writeFileSync(project, starterTsconfig());
  return ['tsconfig.json', TYPES_FILE];
}
