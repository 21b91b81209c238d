/** What goes on between servers, and between a server and its operators. */
import { importTests } from './import-tests.ts';

await importTests('admin', 'delegation', 'journal', 'replay', 'serving', 'transfer', 'update');
