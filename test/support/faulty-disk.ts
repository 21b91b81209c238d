/**
 * Runs in each process of a server before its program (`node --import`): what writes into some folders fails as a
 * disk or a system does that is full, read-only, not ours, broken, or out of descriptors. The file that
 * DNSTEER_TEST_FAULT names says when: a line of JSON, `{"code":"ENOSPC","under":["/folder"]}`, or nothing at all; `/folder/*`: files
 * right in it.
 */
import fs from 'node:fs';
import promises, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import path from 'node:path';

const SETTING = process.env.DNSTEER_TEST_FAULT ?? '';
const { readFileSync } = fs;

export const FAULTS = ['ENOSPC', 'EROFS', 'EACCES', 'EIO', 'EMFILE'] as const;
export type Fault = (typeof FAULTS)[number];

/** What fails: the names of operations, as below. A full disk makes empty files; descriptors are for opening only. */
const FAILS: Readonly<Record<Fault, RegExp>> = {
  ENOSPC: /^(mkdir|write|link|bind)$/,
  EROFS: /^(mkdir|open|link|rename|rm|change|bind)$/,
  EACCES: /^(mkdir|open|link|rename|rm|change|bind)$/,
  EIO: /^(mkdir|write|sync|rename|link)$/,
  EMFILE: /^(open|bind)$/,
};

function check(operation: string, target: unknown): void {
  if (SETTING === '' || (typeof target !== 'string' && !(target instanceof URL))) return;
  const text = String(readFileSync(SETTING));
  if (text === '') return;
  const { code, under } = JSON.parse(text) as { readonly code: Fault; readonly under: readonly string[] };
  const where = String(target);
  const isThere = under.some((place) =>
    place.endsWith('/*') ? path.dirname(where) === place.slice(0, -2) : `${where}/`.startsWith(`${place}/`),
  );
  if (!isThere || !FAILS[code].test(operation)) return;
  const error = new Error(`${code}: injected, ${operation} '${String(target)}'`);
  throw Object.assign(error, { code, syscall: operation, path: String(target) });
}

function isWriting(flags: unknown): boolean {
  return typeof flags === 'number'
    ? (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT)) !== 0
    : /[wa+]/.test(String(flags));
}

type Any = (...values: never[]) => unknown;

/** Puts `before` in front of a function of an object; it sees the arguments, and may throw. */
function guard(
  object: object,
  name: string,
  before: (values: readonly unknown[], self: unknown) => void,
): void {
  const own = Reflect.get(object, name) as Any;
  const isAsync = object === promises || name === 'sync' || name === 'writeFile';
  Reflect.set(object, name, function (this: unknown, ...values: never[]): unknown {
    try {
      before(values, this);
    } catch (error) {
      if (isAsync && object !== fs) return Promise.reject(error);
      throw error;
    }
    return Reflect.apply(own, this, values);
  });
}

const KINDS: readonly (readonly [name: string, operation: string])[] = [
  ['mkdir', 'mkdir'],
  ['rename', 'rename'],
  ['rm', 'rm'],
  ['unlink', 'rm'],
  ['link', 'link'],
  ['utimes', 'change'],
  ['chmod', 'change'],
  ['chown', 'change'],
];
for (const [name, operation] of KINDS) {
  const before = (values: readonly unknown[]): void => {
    // A file that is not there is removed without an error, also on a disk that cannot be written.
    const target = operation === 'link' ? values[1] : values[0];
    if (operation !== 'rm' || fs.existsSync(String(target))) check(operation, target);
  };
  guard(promises, name, before);
  guard(fs, `${name}Sync`, before);
}
for (const [object, name] of [[promises, 'writeFile'] as const, [fs, 'writeFileSync'] as const]) {
  guard(object, name, ([target]) => {
    check('open', target);
    check('write', target);
  });
}
guard(fs, 'openSync', ([target, flags = 'r']) => {
  if (isWriting(flags)) check('open', target);
});

const paths = new WeakMap<object, string>();
const { open } = promises;
Reflect.set(promises, 'open', async (target: string, flags: string | number = 'r', mode?: number) => {
  if (isWriting(flags)) check('open', target);
  const handle: FileHandle = await open(target, flags, mode);
  paths.set(handle, target);
  return handle;
});
const probe = await open(import.meta.filename, 'r');
const prototype = Object.getPrototypeOf(probe) as object;
await probe.close();
guard(prototype, 'writeFile', (_, self) => check('write', paths.get(self as object)));
guard(prototype, 'sync', (_, self) => check('sync', paths.get(self as object)));
guard(net.Server.prototype, 'listen', ([target]) => check('bind', target));

syncBuiltinESMExports();
