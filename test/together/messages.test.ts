/** What is pure, and asks nobody. */
import { importTests } from './import-tests.ts';

await importTests('base', 'client', 'limits', 'tsig', 'wire', 'zone');
