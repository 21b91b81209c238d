/** Says why a probe failed, in words for operators; errors of Node and OpenSSL are for programmers. */

/** Characters of a problem: the probed server writes parts of it, such as the names in its certificate. */
const MOST_SHOWN = 300;

/** A problem on one line, without a final period. */
export function problemText(error: unknown): string {
  const text = onOneLine(textOf(error));
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
}

/** OpenSSL ends its texts with a line break, and a server may put anything into its names. */
function onOneLine(text: string): string {
  return text
    .replace(/[\s\p{C}]+/gu, ' ')
    .trim()
    .replace(/\.$/, '');
}

function textOf(error: unknown): string {
  if (typeof error === 'string') return error;
  // Node tried several addresses of one host name: the first failure stands for all.
  if (error instanceof AggregateError && error.errors.length > 0) return textOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  const { code, reason } = error as Error & { code?: string; reason?: string };
  const known = code === undefined ? undefined : PROBLEMS[code];
  if (known !== undefined) return known;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `Certificate is for another name: ${reason}`;
  if (code === 'EPROTO' || code?.startsWith('ERR_SSL_'))
    return `TLS handshake failed: ${reason ?? error.message}`;
  return error.message;
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection closed before an answer',
  EHOSTUNREACH: 'Host unreachable',
  ENETUNREACH: 'Network unreachable',
  ENOTFOUND: 'Host name not found',
  EAI_AGAIN: 'Host name cannot be resolved at the moment',
  ETIMEDOUT: 'Connection timed out',
  CERT_HAS_EXPIRED: 'Certificate has expired',
  CERT_NOT_YET_VALID: 'Certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'Certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'Certificate comes from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'Certificate comes from an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'Certificate comes from an authority that is not trusted, or its chain is incomplete',
};
