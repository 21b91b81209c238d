/**
 * Reads the certificate of a server and its private key from files: whether they can be used, and until when.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { fileProblemText, type RegularFile, readRegularFileSync } from '../base/files/read-file.ts';
import { fail, ok, type Result } from '../base/result.ts';

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

export interface Certificate {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
  readonly validTo: Date;
  /** The files as they were read. */
  readonly read: { readonly certificate: RegularFile; readonly key: RegularFile };
}

/** Octets of a file at most: a chain of certificates, or a key. */
const MOST_OCTETS = 2 ** 20;

/** Reads both files; the problem says which of them is wrong, and what to do. */
export function readCertificate(files: CertificateFiles): Result<Certificate> {
  const [certificateRead, keyRead] = [read(files.certificate, 'tls.certificate'), read(files.key, 'tls.key')];
  if (!certificateRead.ok) return certificateRead;
  if (!keyRead.ok) return keyRead;
  const [certificate, key] = [textOf(certificateRead.value), textOf(keyRead.value)];
  const leaf = tried(() => new X509Certificate(certificate));
  if (leaf === undefined)
    return fail(`"${files.certificate}" (tls.certificate) holds no certificate: name a file in PEM form`);
  const secret = tried(() => createPrivateKey(key));
  if (secret === undefined)
    return fail(`"${files.key}" (tls.key) holds no private key: name one in PEM form, without a passphrase`);
  if (!isKeyOf(leaf, secret))
    return fail(
      `"${files.key}" (tls.key) is not the key of the first certificate in "${files.certificate}" (tls.certificate): name the key it was issued for`,
    );
  // What follows the first certificate may be cut off; a process could not say so, but only end.
  if (tried(() => createSecureContext({ cert: certificate, key })) === undefined)
    return fail(
      `"${files.certificate}" (tls.certificate) is cut off or damaged behind its first certificate: write it anew`,
    );
  const asRead = { certificate: certificateRead.value, key: keyRead.value };
  return ok({ certificate, key, validTo: leaf.validToDate, read: asRead });
}

function read(file: string, setting: string): Result<RegularFile> {
  const content = readRegularFileSync(file, { mostOctets: MOST_OCTETS });
  if (content.ok) return content;
  const remedy = 'name a file that the user who starts dnsteer may read';
  return fail(`Cannot read "${file}" (${setting}): ${fileProblemText(content.problem)}; ${remedy}`);
}

function textOf({ octets }: RegularFile): string {
  return octets.toString('utf8');
}

function isKeyOf(certificate: X509Certificate, key: KeyObject): boolean {
  return tried(() => certificate.checkPrivateKey(key)) === true;
}

/** Returns `undefined` where OpenSSL throws: it throws at all it does not understand. */
function tried<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
