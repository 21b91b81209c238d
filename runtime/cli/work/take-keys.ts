/** Copies keys of other servers into the key folder, which the running server looks at within a minute. */
import process from 'node:process';
import { shownPath } from '../../build/shown-path.ts';
import type { Config } from '../../config/config.ts';
import { algorithmToText } from '../../dnssec/keys/algorithms.ts';
import { importKey } from '../../dnssec/keys/import-key.ts';
import { type FolderKey, type KeyProblem, keyRole } from '../../dnssec/keys/kept-key.ts';
import { readKeyFolderAsOperator } from '../../dnssec/keys/key-folder.ts';
import type { KeyRoles } from '../../dnssec/keys/state-file.ts';
import { whyNotWritable } from '../../dnssec/keys/write-key.ts';
import { signingRules } from '../../registry/signed-zones.ts';
import type { WireName } from '../../wire/name.ts';
import { zoneIdOf } from '../../wire/zone-id.ts';
import type { JsonFlag } from '../flags.ts';
import { print, printDiagnostics, printJson, printNotice } from '../terminal.ts';

export interface TakeOptions extends JsonFlag {
  readonly role?: keyof typeof ROLES;
}

const ROLES = {
  csk: { isKsk: true, isZsk: true },
  ksk: { isKsk: true, isZsk: false },
  zsk: { isKsk: false, isZsk: true },
} as const satisfies Record<string, KeyRoles>;

/** Resolves to the exit code: 1 if one of them could not be taken; the others are there all the same. */
export async function takeKeys(
  name: WireName,
  files: readonly string[],
  config: Config,
  { role, json }: TakeOptions,
): Promise<number> {
  const folder = config.dnssec.keys;
  const zone = zoneIdOf(name);
  const problem = await whyNotWritable(folder);
  if (problem !== undefined) {
    printDiagnostics([problem]);
    return 1;
  }
  const before = (await readKeyFolderAsOperator(folder)).zones.get(zone) ?? [];
  const present = before.map(({ key }) => key.dnskey);
  const roles = role && ROLES[role];
  const problems: KeyProblem[] = [];
  const names = new Set<string>();
  for (const from of onePerKey(files)) {
    const now = Math.floor(Date.now() / 1000);
    const taken = await importKey({
      from,
      folder,
      zone: name,
      beside: () => present,
      now,
      ...(roles && { roles }),
    });
    if (taken.ok) {
      names.add(taken.value.name);
      present.push(taken.value.key.dnskey);
    } else problems.push(taken.problem);
  }
  printDiagnostics(problems);
  // What each is for shows once all are there.
  const taken = ((await readKeyFolderAsOperator(folder)).zones.get(zone) ?? []).filter((key) =>
    names.has(key.name),
  );
  if (json === true) printJson({ zone, imported: taken.map(describe), problems });
  else tell(zone, taken, config);
  return problems.length === 0 ? 0 : 1;
}

function tell(zone: string, taken: readonly FolderKey[], config: Config): void {
  for (const key of taken) {
    const { tag, algorithm, role, name } = describe(key);
    const folder = shownPath(process.cwd(), config.dnssec.keys);
    print(
      `imported key ${tag}, ${algorithmToText(algorithm)}, as ${role.toUpperCase()}: ${name} in ${folder}`,
    );
  }
  if (taken.length > 0 && signingRules(zone, config.dnssec) === undefined)
    printNotice(`${zone} is not among dnssec.zones, so that nothing is signed with it yet`);
}

function describe(key: FolderKey) {
  return { tag: key.key.tag, algorithm: key.key.algorithm, role: keyRole(key), name: key.name };
}

/** A key is up to three files, and `K*` names them all. */
function onePerKey(files: readonly string[]): string[] {
  const stems = new Map<string, string>();
  for (const file of files) {
    const stem = file.replace(/\.(?:private|key|state)$/, '');
    if (!stems.has(stem)) stems.set(stem, stem === file ? file : `${stem}.private`);
  }
  return [...stems.values()];
}
