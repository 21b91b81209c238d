/** Keys and signatures. */
import { importTests } from './import-tests.ts';

await importTests('dnssec');
