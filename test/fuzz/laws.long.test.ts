/** The laws of signing that are dear to try, with many more zones than the quick run of the same files has time for. */
import { env } from 'node:process';
import { MANY } from '../support/fuzz.ts';

env[MANY] = '1';
await import('../answer/securing/law.test.ts');
await import('../answer/securing/stencils-law.test.ts');
await import('../dnssec/denial/law.test.ts');
await import('../dnssec/presigned/law.test.ts');
await import('../dnssec/rolls/never-bogus.test.ts');
