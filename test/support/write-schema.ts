/** Writes types/dnsteer.schema.json anew from runtime/config/schema.ts. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { configJsonSchema } from '../../runtime/config/schema.ts';

const file = path.resolve(import.meta.dirname, '../../types/dnsteer.schema.json');
writeFileSync(file, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
execFileSync(
  path.resolve(import.meta.dirname, '../../node_modules/.bin/biome'),
  ['format', '--write', file],
  { stdio: 'inherit' },
);
