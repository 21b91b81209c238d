/**
 * Secrets that DNS cookies are made with, as they stand in a file: 32 hexadecimal digits a line. The
 * first makes cookies, all are accepted; NSD and Unbound read the same (cookie-secret-file). Its
 * operator gives the same file to all servers at one address, and changes it in the three steps of
 * RFC 9018 §5: the new secret last, then first, then alone.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { fileProblemText, readTextSync } from '../base/files/read-file.ts';
import { fail, ok, type Result } from '../base/result.ts';

/** Every cookie that is none of ours costs a hash for each of them. */
const MOST_SECRETS = 4;
/** Of a file of them. */
export const MOST_COOKIE_FILE_OCTETS = 64 * 1024;

/** The secrets in a text; none where it is not sound. */
export function parseCookieSecrets(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const secrets = lines.map((line) => line.trim().toLowerCase());
  const areSound = secrets.length <= MOST_SECRETS && secrets.every((secret) => /^[\da-f]{32}$/.test(secret));
  return areSound ? secrets : [];
}

/** Those of the file an operator names. */
export function cookieSecretsIn(file: string): Result<string[], Diagnostic> {
  const read = readTextSync(file, { mostOctets: MOST_COOKIE_FILE_OCTETS });
  if (!read.ok)
    return problem(`Cannot read "${file}" (cookies.secretFile): ${fileProblemText(read.problem)}`);
  const secrets = parseCookieSecrets(read.value);
  return secrets.length > 0 ? ok(secrets) : problem(`"${file}" (cookies.secretFile) holds no secrets`);
}

function problem(message: string): Result<never, Diagnostic> {
  const remedy = `Name a file of 1 to ${MOST_SECRETS} lines of 32 hexadecimal digits; "openssl rand -hex 16" prints a good one`;
  return fail({ code: 'CONFIG', severity: 'error', message, remedy });
}
