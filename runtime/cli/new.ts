/** `dnsteer new <domain>`: a commented starter policy, and what editors need beside it. */
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { discover } from '../policy/discover.ts';
import { FolderScanner } from '../policy/scan.ts';
import { shownPath } from '../policy/shown-path.ts';
import type { CliHost, ConfigAsk } from './host.ts';
import { POLICY_TYPES } from './own-files.ts';
import { starterPolicy, starterTsconfig, TYPES_FILE } from './starter.ts';
import { print, printDiagnostics, printError } from './terminal.ts';

export async function createPolicy(
  host: Pick<CliHost, 'loadConfig'>,
  domain: string,
  ask: ConfigAsk,
): Promise<number> {
  const config = await host.loadConfig(ask);
  if (!config.ok) {
    printDiagnostics(config.problem);
    return 1;
  }
  const root = config.value.policies;
  const zone = domain.toLowerCase().replace(/\.$/, '');
  const problem = nameProblem(zone) ?? (await takenBy(zone, root));
  if (problem !== undefined) {
    printError(problem);
    return 1;
  }
  const file = `${zone}.ts`;
  mkdirSync(root, { recursive: true });
  // `wx` refuses what another process may have put there meanwhile.
  writeFileSync(path.join(root, file), starterPolicy(zone), { flag: 'wx' });
  const others = prepareEditors(root);
  for (const written of [file, ...others]) print(`wrote ${shownPath(root, written)}`);
  print(`Put your addresses into ${shownPath(root, file)}, then run: dnsteer check`);
  return 0;
}

/** Judged as the server judges a file of that name. */
function nameProblem(zone: string): string | undefined {
  if (zone.includes(path.sep) || zone.includes('/')) return `"${zone}" is no domain name`;
  const { zones, refused } = discover([`${zone}.ts`], new Map(), (file) => file);
  if (zones.has(zone)) return undefined;
  const why = refused[0]?.diagnostic.message.replace(/^.*?: /, '') ?? 'a file of that name holds no zone';
  return `"${zone}" cannot be the name of a zone: ${why}`;
}

async function takenBy(zone: string, root: string): Promise<string | undefined> {
  const scan = await new FolderScanner(root).scan();
  if (!scan.ok) return undefined;
  const holder = discover(scan.files.keys(), new Map(), (file) => file).zones.get(zone);
  // A zone file alone is welcome to a policy beside it.
  const file = holder?.policy ?? (path.dirname(holder?.records ?? '') === '.' ? undefined : holder?.records);
  return file === undefined ? undefined : `Zone ${zone} is served by ${shownPath(root, file)} already`;
}

/** A tsconfig.json that is there is the author's, and left alone. */
function prepareEditors(root: string): string[] {
  if (existsSync(path.join(root, 'tsconfig.json'))) return [];
  mkdirSync(path.dirname(path.join(root, TYPES_FILE)), { recursive: true });
  copyFileSync(POLICY_TYPES, path.join(root, TYPES_FILE));
  writeFileSync(path.join(root, 'tsconfig.json'), starterTsconfig());
  return ['tsconfig.json', TYPES_FILE];
}
