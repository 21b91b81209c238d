/** The zone rich.example of test/conformance, with its policy, for others to ask. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export const RICH_FOLDER = path.resolve(import.meta.dirname, '../conformance/fixtures');

/** Its static records. Names in there are relative, so they do for a zone of any name. */
export const RICH_RECORDS = readFileSync(path.join(RICH_FOLDER, 'rich.example.zone'), 'utf8');
