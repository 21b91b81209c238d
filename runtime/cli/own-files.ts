/** Files that come with dnsteer. They lie two folders above this one, from source or compiled. */
import { fileURLToPath } from 'node:url';

/** The types of the module `dnsteer`, as policies import it. */
export const POLICY_TYPES = fileURLToPath(new URL('../../types/policy.d.ts', import.meta.url));

/** The types of the module `dnsteer/test`, as test files import it; they lie beside those of policies. */
export const TEST_TYPES = fileURLToPath(new URL('../../types/test.d.ts', import.meta.url));

/** The types of the lists of networks that policies import; those of policies refer to them, and they lie beside them. */
export const LIST_TYPES = fileURLToPath(new URL('../../types/networks.d.ts', import.meta.url));
