/**
 * The program that tests start: the sources, or, where all tests run, what `npm run build` has made of
 * them, whose processes start in three quarters of the time.
 */
import path from 'node:path';
import process from 'node:process';

export const isBuilt = process.env.DNSTEER_TEST_BUILT !== undefined;

export const BIN = path.resolve(import.meta.dirname, '../..', isBuilt ? 'dist/bin.js' : 'runtime/bin.js');
