/** The key folder as the engine of rolls sees it, and what the engine wants done there, done. */

import { rm } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../../base/files/replace-file.ts';
import { fromBase64, toBase64 } from '../../base/octets-text.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { systemErrorCode, systemErrorText } from '../../base/system-error.ts';
import type { WireName } from '../../wire/name.ts';
import { type FolderKey, keyRole } from '../keys/kept-key.ts';
import { timesSet } from '../keys/key-times.ts';
import { makeKey, updateKey } from '../keys/write-key.ts';
import { NOT_YET } from './change-keys.ts';
import type { KeyAction, KeyFacts } from './key-facts.ts';
import type { RollTimes } from './roll-state.ts';

export function factsOfKey({ key, times, isKsk, isZsk }: FolderKey): KeyFacts {
  const { created, publish, activate, inactive, delete: deleted, syncPublish, syncDelete } = times;
  // A key without times is in use, as for Knot.
  const always = publish === undefined && activate === undefined ? (created ?? 0) : undefined;
  return {
    tag: key.tag,
    algorithm: key.algorithm,
    flags: key.flags,
    role: keyRole({ isKsk, isZsk }),
    dnskey: toBase64(key.dnskey),
    created,
    times: {
      publish: publish ?? always,
      activate: activate ?? always,
      inactive,
      delete: deleted,
      syncPublish,
      syncDelete,
    },
  };
}

/**
 * Does what the engine wants with the keys of a zone, and returns them as they are then, or says why it cannot be
 * done.
 */
export async function actInFolder(
  folder: string,
  zone: WireName,
  keys: readonly FolderKey[],
  action: KeyAction,
  now: number,
): Promise<Result<readonly FolderKey[]>> {
  if (action.do === 'make-key') {
    const { algorithm, role, beside, times } = action;
    const made = await makeKey(folder, {
      zone,
      algorithm,
      isKsk: role !== 'zsk',
      isZsk: role !== 'ksk',
      beside: beside.map(fromBase64),
      // Without times it is not in use: for BIND, which passes over keys without these times, and for servers that follow.
      times: timesSet({ created: now, ...(times ?? { publish: NOT_YET, activate: NOT_YET }) }),
    });
    return made.ok ? ok([...keys, made.value]) : fail(made.problem.message);
  }
  const kept = keys.find(({ key }) => key.tag === action.tag && key.algorithm === action.algorithm);
  if (kept === undefined) return ok(keys);
  const others = keys.filter((key) => key !== kept);
  if (action.do === 'remove-key') {
    const removed = await removeFiles(folder, kept.name);
    return removed.ok ? ok(others) : removed;
  }
  const updated = await updateKey(folder, kept, timesOf(kept, action.times), dsSinceOf(action.times));
  return updated.ok ? ok([...others, updated.value]) : fail(updated.problem.message);
}

function timesOf({ times }: FolderKey, wanted: RollTimes): FolderKey['times'] {
  const { created, revoke, dsPublish } = times;
  return timesSet({ created, revoke, dsPublish, ...wanted });
}

/** CDS go when all servers of the parent show the DS: BIND is told that it is there since then. */
function dsSinceOf({ syncPublish, syncDelete }: RollTimes): number | undefined {
  return syncPublish === undefined ? undefined : syncDelete;
}

/** The private half goes first: what is left of a key that was half removed signs nothing. */
async function removeFiles(folder: string, name: string): Promise<Result<undefined>> {
  try {
    for (const ending of ['private', 'key', 'state']) {
      await rm(path.join(folder, `${name}.${ending}`), { force: true });
    }
    await syncFolder(folder);
    return ok(undefined);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return fail(`Key ${name} cannot be removed: ${systemErrorText(error)}`);
  }
}
