/** The prelude is what types/policy.d.ts says: checked by the compiler, never run. */
import type { install } from '../../runtime/sandbox/prelude/main.ts';

type Api = typeof import('../../types/policy.d.ts');
type Prelude = typeof import('../../runtime/sandbox/prelude/main.ts');

declare const prelude: Prelude;
export const api: Api = prelude;

/** And has nothing else to offer but what the host calls. */
export const others: Exclude<keyof Prelude, keyof Api> = 'install' satisfies (typeof install)['name'];
