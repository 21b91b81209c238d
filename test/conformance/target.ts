/**
 * The server that all cases are held against: ours, or with `DNSTEER_CONFORMANCE=nsd` or `=knot` one that others
 * wrote, with the same zone files and no policies.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after } from 'node:test';
import { type Reference, startReference } from '../interop/references.ts';
import { startServer } from '../support/dnsteer.ts';
import { encrypted as settings } from '../support/encrypted.ts';

const FIXTURES = path.resolve(import.meta.dirname, 'fixtures');

/** A key that the server knows. */
export const TSIG_KEY = {
  name: 'transfer.example',
  algorithm: 'hmac-sha256',
  secret: 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=',
} as const;

/** Who may have which zone. */
const TRANSFERS = { key: TSIG_KEY, open: ['child.rich.example'], keyed: ['rich.example'] };

const CONFIG = `
tcp: { idle: 1 }
identity: { name: conformance }
keys:
  transfer.example: { algorithm: hmac-sha256, secret: '${TSIG_KEY.secret}' }
transfer:
  zones:
    child.rich.example: { allow: [127.0.0.1] }
    rich.example: { allow: [{ key: transfer.example }] }
geo:
  detail: country
  overrides:
    192.0.2.0/24: { country: DE, latitude: 50.1, longitude: 8.7 }
    198.51.100.0/25: { country: US, latitude: 39.0, longitude: -77.5 }
    2001:db8:49::/48: { country: FR, latitude: 48.9, longitude: 2.4 }
`;

/** Whom the cases are held against; `undefined` is us. */
export const reference = referenceOf(process.env.DNSTEER_CONFORMANCE);

/** Where and how to ask ours over TLS and HTTPS. */
export const encrypted = await settings();

const target = await (reference === undefined
  ? startOurs()
  : startReference(reference, zoneFiles(), TRANSFERS));
after(async () => {
  await target.stop();
  encrypted.remove();
});

/** The port of 127.0.0.1 that it answers on. */
export const { port } = target;

function referenceOf(text: string | undefined): Reference | undefined {
  if (text === undefined || text === 'nsd' || text === 'knot') return text;
  throw new Error(`DNSTEER_CONFORMANCE is "${text}", but must be nsd or knot`);
}

function startOurs() {
  return startServer({
    geo: 'country',
    from: FIXTURES,
    // A policy that never was sound, so that nothing but its zone is known.
    policies: { 'broken.example.ts': 'export default 1;' },
    config: CONFIG + encrypted.config,
  });
}

function zoneFiles(): Record<string, string> {
  const files = globSync('*.zone', { cwd: FIXTURES });
  return Object.fromEntries(
    files.map((file) => [path.basename(file, '.zone'), readFileSync(path.join(FIXTURES, file), 'utf8')]),
  );
}
