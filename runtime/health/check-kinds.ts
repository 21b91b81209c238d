/** All kinds of health checks: to add one is to write its file and to list it here. */
import { assert } from '../base/assert.ts';
import { HTTP, HTTPS } from './kinds/http.ts';
import type { CheckKind } from './kinds/kind.ts';
import { TCP } from './kinds/tcp.ts';

export const CHECK_KINDS: readonly CheckKind[] = [TCP, HTTP, HTTPS];

/** The kind of that type, which may be anything at all. */
export function findCheckKind(type: unknown): CheckKind | undefined {
  return CHECK_KINDS.find((kind) => kind.type === type);
}

/** The kind of a target, which was read by one. */
export function checkKindOf(target: { readonly type: string }): CheckKind {
  const kind = findCheckKind(target.type);
  assert(kind !== undefined, `there is a kind of health check "${target.type}"`);
  return kind;
}
