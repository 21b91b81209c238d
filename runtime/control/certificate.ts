/**
 * Reads the certificate of a server and its private key from files: whether they can be used, and until when.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { fileProblemText, readTextSync } from '../base/files/read-file.ts';
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
}

/** Octets of a file at most: a chain of certificates, or a key. */
const MOST_OCTETS = 2 ** 20;

/** Reads both files; the problem says which of them is wrong, and what to do. */
export function readCertificate(files: CertificateFiles): Result<Certificate> {
  const certificate = read(files.certificate, 'tls.certificate');
  if (!certificate.ok) return certificate;
  const key = read(files.key, 'tls.key');
  if (!key.ok) return key;
  const leaf = tried(() => new X509Certificate(certificate.value));
  if (leaf === undefined)
    return fail(`"${files.certificate}" (tls.certificate) holds no certificate: name a file in PEM form`);
  const secret = tried(() => createPrivateKey(key.value));
  if (secret === undefined)
    return fail(`"${files.key}" (tls.key) holds no private key: name one in PEM form, without a passphrase`);
  if (!isKeyOf(leaf, secret))
    return fail(
      `"${files.key}" (tls.key) is not the key of the first certificate in "${files.certificate}" (tls.certificate): name the key it was issued for`,
    );
  return ok({ certificate: certificate.value, key: key.value, validTo: leaf.validToDate });
}

function read(file: string, setting: string): Result<string> {
  const text = readTextSync(file, { mostOctets: MOST_OCTETS });
  if (text.ok) return text;
  const remedy = 'name a file that the user who starts dnsteer may read';
  return fail(`Cannot read "${file}" (${setting}): ${fileProblemText(text.problem)}; ${remedy}`);
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
