/** Files that come with dnsteer. From source or compiled, they are two folders above this one. */
import { fileURLToPath } from 'node:url';

/** The types of the module `dnsteer`, as policies import it. */
export const POLICY_TYPES = fileURLToPath(new URL('../../types/policy.d.ts', import.meta.url));
