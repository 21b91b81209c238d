/**
 * Gives up root, once the addresses are bound: a process that strangers talk to keeps no rights it no longer
 * needs. This cannot be undone, so addresses that are bound later need rights of their own.
 */
import process from 'node:process';
import { DnsteerError } from '../base/errors.ts';
import { readTextSync } from '../base/files/read-file.ts';
import type { AnswerSettings } from '../rpc/answer-settings.ts';

/** A user and a group by number, as the kernel knows them. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account in the settings; `undefined` if there is none, or if this process is not root.
 * @throws {DnsteerError} `START`, if there is no such account.
 */
export function accountToBecome(wanted: AnswerSettings['dropPrivileges']): Account | undefined {
  return wanted === undefined || process.getuid?.() !== 0 ? undefined : findAccount(wanted);
}

/**
 * Looks up a user and a group; the user's own group where none is given. Numbers are taken as they are.
 * @throws {DnsteerError} `START`, if there is no such account.
 */
export function findAccount({ user, group }: { readonly user: string; readonly group?: string }): Account {
  const entry = entryOf('/etc/passwd', user);
  const uid = numberIn(user) ?? numberIn(entry?.[2]);
  if (uid === undefined) throw noSuch('user', user);
  if (group === undefined) {
    const gid = numberIn(entry?.[3]);
    if (gid !== undefined) return { uid, gid };
    throw new DnsteerError('START', `User "${user}" has no group of its own here; set "group" too`);
  }
  const gid = numberIn(group) ?? numberIn(entryOf('/etc/group', group)?.[2]);
  if (gid === undefined) throw noSuch('group', group);
  return { uid, gid };
}

/**
 * Becomes a user for ever. Does nothing where the process is that user already.
 * @throws {DnsteerError} `START`, if the process may not.
 */
export function becomeAccount({ uid, gid }: Account): void {
  if (process.getuid?.() === uid && process.getgid?.() === gid) return;
  try {
    // Groups come first: a user other than root may not change them.
    process.setgroups?.([]);
    process.setgid?.(gid);
    process.setuid?.(uid);
  } catch (error) {
    const problem = 'Cannot become the configured user: only root may. Start as root, or leave "user" out';
    throw new DnsteerError('START', problem, { cause: error });
  }
}

/** Octets of a file of all accounts. */
const MOST_OCTETS = 16 * 2 ** 20;

/** Finds an account by name or number; its line is `name:password:number:…`. */
function entryOf(file: string, wanted: string): string[] | undefined {
  const text = readTextSync(file, { mostOctets: MOST_OCTETS });
  const entries = text.ok ? text.value.split('\n') : [];
  return entries
    .map((line) => line.split(':'))
    .find(([name, , number]) => name === wanted || number === wanted);
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function noSuch(kind: string, name: string): DnsteerError {
  return new DnsteerError(
    'START',
    `There is no ${kind} "${name}" on this machine; create it, or name another in the configuration`,
  );
}
