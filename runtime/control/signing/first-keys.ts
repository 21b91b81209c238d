/** The first keys of a zone that is to be signed and has none. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fail, ok, type Result } from '../../base/result.ts';
import type { FolderKey, KeyProblem } from '../../dnssec/keys/kept-key.ts';
import type { KeyRoles } from '../../dnssec/keys/state-file.ts';
import { makeKey } from '../../dnssec/keys/write-key.ts';
import type { SigningRules } from '../../registry/signed-zones.ts';
import { originOf } from '../../zone/origin.ts';

const ROLES: Readonly<Record<SigningRules['scheme'], readonly KeyRoles[]>> = {
  csk: [{ isKsk: true, isZsk: true }],
  'ksk-zsk': [
    { isKsk: true, isZsk: false },
    { isKsk: false, isZsk: true },
  ],
};

/** Makes them, for use from `now` on, in seconds since 1970, and writes them into the folder. */
export async function makeFirstKeys(
  folder: string,
  zone: string,
  { algorithm, scheme, parent }: SigningRules,
  now: number,
): Promise<Result<FolderKey[], KeyProblem>> {
  const made: FolderKey[] = [];
  for (const roles of ROLES[scheme]) {
    const isForParent = roles.isKsk && parent !== 'none';
    const times = { created: now, publish: now, activate: now, ...(isForParent && { syncPublish: now }) };
    const beside = made.map(({ key }) => key.dnskey);
    const key = await makeKey(folder, { zone: originOf(zone), algorithm, times, beside, ...roles });
    if (!key.ok) {
      // A KSK alone would be taken for all that the zone has.
      await Promise.all(made.map(({ name }) => removeKey(folder, name)));
      return fail(key.problem);
    }
    made.push(key.value);
  }
  return ok(made);
}

async function removeKey(folder: string, name: string): Promise<void> {
  for (const ending of ['private', 'key', 'state'])
    await rm(path.join(folder, `${name}.${ending}`), { force: true }).catch(() => {});
}
