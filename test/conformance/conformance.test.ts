/**
 * What RFCs demand of an authoritative server, one file for each, all held against one real server.
 * A file runs alone as well: `node --test test/conformance/rfc7871-client-subnet.ts`. With `DNSTEER_CONFORMANCE=nsd`
 * or `=knot` the server is not ours: the same cases then tell where good servers differ, and why.
 */
import { globSync } from 'node:fs';
import path from 'node:path';

for (const file of globSync('rfc*.ts', { cwd: import.meta.dirname }).sort()) {
  await import(path.join(import.meta.dirname, file));
}
