/** Tells what the parent of a zone needs, from the key folder: no server need run. */
import path from 'node:path';
import process from 'node:process';
import type { SigningPlace } from '../../admin/source.ts';
import { shownPath } from '../../build/shown-path.ts';
import { algorithmToText } from '../../dnssec/keys/algorithms.ts';
import type { DsDigest } from '../../dnssec/keys/ds.ts';
import type { KeyProblem } from '../../dnssec/keys/kept-key.ts';
import { readKeyFolderAsOperator } from '../../dnssec/keys/key-folder.ts';
import { timeText } from '../../dnssec/rolls/reasons.ts';
import type { Roll } from '../../dnssec/rolls/roll-state.ts';
import { STAGES } from '../../dnssec/rolls/stages.ts';
import { RollStateStore } from '../../dnssec/rolls/state-store.ts';
import { signingRules } from '../../registry/signed-zones.ts';
import type { WireName } from '../../wire/name.ts';
import { zoneIdOf } from '../../wire/zone-id.ts';
import type { JsonFlag } from '../flags.ts';
import { formatTable } from '../table.ts';
import { paint, print, printDiagnostics, printJson, printNotice } from '../terminal.ts';
import { isForParent, type KeyFields, keyFields } from './key-fields.ts';

export interface TellDsOptions extends JsonFlag {
  readonly digest: DsDigest;
}

/** Resolves to the exit code. */
export async function tellDs(name: WireName, place: SigningPlace, options: TellDsOptions): Promise<number> {
  const zone = zoneIdOf(name);
  const folder = await readKeyFolderAsOperator(place.dnssec.keys);
  const problems = folder.problems.filter(({ zone: of, code }) => of === zone || code === 'KEY_FOLDER');
  printDiagnostics(problems);
  const now = Date.now() / 1000;
  const keys = (folder.zones.get(zone) ?? []).filter((key) => isForParent(key, now));
  if (keys.length === 0) {
    // A key that cannot be used is to be mended: another one would not fit the DS that may be there.
    if (!folder.zones.has(zone) && problems.some(({ severity }) => severity === 'error')) return 1;
    printDiagnostics([noKey(zone, place, folder.zones.has(zone))]);
    return 1;
  }
  const fields = keys.map((key) => keyFields(key, options.digest));
  const notYet = await whyNotYet(zone, place);
  if (options.json === true) printJson({ zone, keys: fields, ...(notYet !== undefined && { notYet }) });
  else print(formatKeys(zone, fields));
  if (notYet !== undefined) printNotice(notYet);
  const rules = signingRules(zone, place.dnssec);
  if (rules === undefined)
    printNotice(`${zone} is not among dnssec.zones: a DS makes it bogus as long as it is not signed`);
  else if (rules.parent === 'none')
    printNotice(`${zone} has no parent that needs a DS (dnssec.parent: none)`);
  return 0;
}

/**
 * Why the DS of a new key is too early, by the state of its roll: with it, answers that caches hold from before the
 * key would be bogus. Without a state nothing is known of that.
 */
async function whyNotYet(zone: string, { state, dnssec }: SigningPlace): Promise<string | undefined> {
  if (!dnssec.rolls) return undefined;
  const read = await new RollStateStore(path.join(state, 'rolls')).read(zone);
  const roll = read.ok ? read.value?.roll : undefined;
  if (roll === undefined || roll.kind === 'unsign' || isAtDs(roll)) return undefined;
  const what = roll.kind === 'sign' ? 'what has no signature' : 'what only the key before vouches for';
  const until =
    roll.step === 'cache-expired' && roll.until !== undefined ? ` until ${timeText(roll.until)}` : '';
  return `Not yet: caches may hold ${what}${until}. Wait until "dnsteer dnssec status ${zone}" has come to the DS`;
}

/** Whether the stage of a roll that asks the parent for the DS has begun, or is over. */
function isAtDs({ kind, stage }: Roll): boolean {
  const asking = STAGES[kind].findIndex(({ cds }) => cds !== undefined);
  return asking === -1 || stage >= asking;
}

/** Problem and remedy; the server makes the first key of a zone. */
function noKey(zone: string, { dnssec }: SigningPlace, hasOthers: boolean): KeyProblem {
  const file = shownPath(process.cwd(), dnssec.keys);
  const isSigned = signingRules(zone, dnssec) !== undefined;
  const message = hasOthers
    ? `None of the keys of ${zone} is one that a DS could point to now`
    : `There is no key of ${zone} in the key folder`;
  const remedy = hasOthers
    ? `See what they are for, and their times: dnsteer dnssec keys ${zone}`
    : isSigned
      ? `Start the server, which makes it, or bring one: dnsteer dnssec import ${zone} <files>`
      : `Add "${zone}" to dnssec.zones and start the server, which makes it`;
  return { code: 'DNSSEC_KEYS', severity: 'error', message, file, remedy };
}

function formatKeys(zone: string, keys: readonly KeyFields[]): string {
  return [
    `Enter at the registrar of ${paint('strong', zone)}, whichever of these it asks for:`,
    ...keys.flatMap(keyLines),
  ].join('\n');
}

function keyLines(fields: KeyFields): string[] {
  const rows = [
    ['Key tag', String(fields.keyTag)],
    ['Algorithm', algorithmToText(fields.algorithm)],
    ['Digest type', `${fields.digestType} (${DIGESTS[fields.digestType]})`],
    ['Digest', fields.digest],
    ['Flags', String(fields.flags)],
    ['Protocol', String(fields.protocol)],
    ['Public key', fields.publicKey],
    ['DS', fields.ds],
    ['DNSKEY', fields.dnskey],
    ['CDS', fields.cds],
    ['CDNSKEY', fields.cdnskey],
  ];
  const columns = [{ title: '' }, { title: '' }];
  return [
    '',
    ...formatTable(columns, rows)
      .slice(1)
      .map((line) => `  ${line}`),
  ];
}

const DIGESTS: Readonly<Record<DsDigest, string>> = { 2: 'SHA-256', 4: 'SHA-384' };
