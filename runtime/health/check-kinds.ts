/** All kinds of health checks: a new kind has its own file and is listed here. */
import { assert } from '../base/assert.ts';
import { DNS } from './kinds/dns.ts';
import { EXEC } from './kinds/exec.ts';
import { GRPC } from './kinds/grpc.ts';
import { HTTP, HTTPS } from './kinds/http.ts';
import { ICMP } from './kinds/icmp.ts';
import type { CheckKind } from './kinds/kind.ts';
import { PUSH } from './kinds/push.ts';
import { TCP } from './kinds/tcp.ts';
import { TLS } from './kinds/tls.ts';

export const CHECK_KINDS: readonly CheckKind[] = [TCP, HTTP, HTTPS, TLS, DNS, PUSH, EXEC, GRPC, ICMP];

/** The kind of a type; `undefined` for an unknown type or any other value. */
export function findCheckKind(type: unknown): CheckKind | undefined {
  return CHECK_KINDS.find((kind) => kind.type === type);
}

/** The kind of a target. A kind has read the target, so its type is known. */
export function checkKindOf(target: { readonly type: string }): CheckKind {
  const kind = findCheckKind(target.type);
  assert(kind !== undefined, `there is a kind of health check "${target.type}"`);
  return kind;
}
