/** A certificate authority for one test run, by openssl. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface Authority {
  /** The authority's own certificate, PEM. */
  readonly ca: string;
  /** Signs a certificate for names as OpenSSL writes them: `DNS:example.com,IP:127.0.0.1`. */
  issue(names: string): Certificate;
}

/** A new authority that nobody trusts yet. */
export function createAuthority(): Authority {
  const root = request(['-addext', 'basicConstraints=critical,CA:TRUE']);
  return { ca: root.cert, issue: (names) => request(['-addext', `subjectAltName=${names}`], root) };
}

function request(extensions: readonly string[], issuer?: Certificate): Certificate {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-certificate-'));
  const file = (name: string) => path.join(folder, name);
  try {
    if (issuer) {
      writeFileSync(file('ca.pem'), issuer.cert);
      writeFileSync(file('ca.key'), issuer.key);
    }
    const signing = issuer ? ['-CA', file('ca.pem'), '-CAkey', file('ca.key')] : [];
    const subject = ['-subj', issuer ? '/CN=dnsteer test server' : '/CN=dnsteer test authority'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file('key')];
    const output = ['-days', '2', '-out', file('cert')];
    execFileSync('openssl', ['req', '-x509', ...key, ...output, ...subject, ...signing, ...extensions], {
      stdio: 'pipe',
    });
    return { key: readFileSync(file('key'), 'utf8'), cert: readFileSync(file('cert'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
