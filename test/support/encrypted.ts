/** What a server on loopback needs to be told to speak TLS and HTTPS, and clients to believe it. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAuthority } from './certificates.ts';
import { freePort } from './ports.ts';

export interface Encrypted {
  readonly tlsPort: number;
  readonly httpsPort: number;
  /** PEM of the authority, and the file that holds it. */
  readonly ca: string;
  readonly caFile: string;
  /** Lines of dnsteer.yaml. */
  readonly config: string;
  /** Puts another certificate in place of the one before, as what renews them does. */
  renew(): void;
  remove(): void;
}

export async function encrypted(): Promise<Encrypted> {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-tls-'));
  const authority = createAuthority();
  const file = (name: string): string => path.join(folder, name);
  const renew = (): void => {
    const { cert, key } = authority.issue('IP:127.0.0.1,DNS:dns.example');
    writeFileSync(file('new'), key);
    renameSync(file('new'), file('server.key'));
    writeFileSync(file('new'), cert);
    renameSync(file('new'), file('server.pem'));
  };
  renew();
  writeFileSync(file('ca.pem'), authority.ca);
  const [tlsPort, httpsPort] = [await freePort(), await freePort()];
  return {
    tlsPort,
    httpsPort,
    ca: authority.ca,
    caFile: file('ca.pem'),
    config: `
tls: { listen: ['127.0.0.1:${tlsPort}'], certificate: '${file('server.pem')}', key: '${file('server.key')}' }
https: { listen: ['127.0.0.1:${httpsPort}'] }
`,
    renew,
    remove: () => rmSync(folder, { recursive: true }),
  };
}
