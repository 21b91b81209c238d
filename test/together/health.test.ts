/** What control knows and keeps: health, places, and what it tells of them. */
import { importTests } from './import-tests.ts';

await importTests('control', 'geo', 'health');
