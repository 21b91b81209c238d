/** `push`: nobody is probed; whoever knows tells dnsteer, again and again (push-board.ts). */
import { keyPath } from '../../base/key-path.ts';
import type { Target } from '../target.ts';
import type { Aim, CheckKind } from './kind.ts';

/** The address is the name that pushes give. A push holds for an interval. */
export interface PushTarget extends Target {
  readonly type: 'push';
}

const MOST_SECONDS = 86_400;
const DEFAULT_SECONDS = 60;

export const PUSH: CheckKind<PushTarget> = {
  type: 'push',
  isPushed: true,
  saysLoad: () => true,
  fields: ['name', 'expires'],
  timing(check, path, reader) {
    const seconds =
      reader.number(check.expires, keyPath(path, 'expires'), 1, MOST_SECONDS) ?? DEFAULT_SECONDS;
    // Who pushes has judged already: each push counts at once.
    return { intervalMs: Math.round(1000 * seconds), timeoutMs: 0, rise: 1, fall: 1 };
  },
  read({ name }, path, reader) {
    const at = (address: string): Aim<PushTarget> => ({ type: 'push', address, port: 0 });
    if (name === undefined) return { kind: 'each', at };
    if (typeof name === 'string' && isPushName(name)) return { kind: 'one', aim: at(name) };
    return reader.refuse(keyPath(path, 'name'), 'Must be a name of letters, digits, "-", "_" and "."');
  },
  identity: () => '',
  label: () => '',
};

/** Whether a text may be the name of a push: so may an address be. */
export function isPushName(name: string): boolean {
  return /^[\w.:-]{1,253}$/.test(name);
}
