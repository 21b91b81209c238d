/** What policies and settings say, before anybody runs them. */
import { importTests } from './import-tests.ts';

await importTests('config', 'import', 'plan', 'policies', 'rpc', 'testing', 'types');
