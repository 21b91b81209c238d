/** Settings of the requests that health checks make to certain servers. */
import { X509Certificate } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import type { Diagnostic } from '../base/diagnostic.ts';
import { fileProblemText, readTextSync } from '../base/files/read-file.ts';
import { parsePrefix } from '../base/net/ip.ts';
import { isHeaderValue, isRequestHeader } from '../base/net/request-headers.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { choice, flag, list, section, text, whole } from './kinds.ts';
import { readDomainName } from './network-kinds.ts';

const server = text(
  'must be an address, a network or a host name',
  (written) =>
    parsePrefix(written) !== undefined ||
    (/^[\w.-]+$/.test(written) && readDomainName(written) !== undefined),
);

const header = z
  .string({ error: 'must be a name of a header that checks do not set themselves' })
  .refine(isRequestHeader, { error: 'must be a name of a header that checks do not set themselves' });
const value = text('must be a text of ASCII characters without line breaks', isHeaderValue);

export const requests = list(
  section({
    servers: list(server, 'addresses, networks and host names').describe(
      'Where the probes connect to: addresses, networks, and host names as a check has them.',
    ),
    port: whole(1, 65_535).optional().describe('Only at this port.'),
    ca: text('must be the path of a file')
      .optional()
      .describe('File (PEM) of certificates to trust there, in addition to those of the system.'),
    verify: flag().prefault(true).describe('false: any certificate will do there.'),
    method: choice(['GET', 'HEAD', 'OPTIONS', 'POST'])
      .optional()
      .describe('Method of http and https checks, whatever they say. None given: theirs, or GET.'),
    headers: z
      .record(header, value, { error: 'must be a mapping from names of headers to their values' })
      .prefault({})
      .describe('Headers of http and https checks, such as Authorization.'),
  }),
  'mappings with "servers"',
)
  .meta({ writeOnly: true })
  .prefault([])
  .describe('What health checks trust and send at certain servers; of several that fit, the first counts.');

const MOST_OCTETS = 2 ** 20;

/** The requests with the certificates that their files hold; paths are relative to the folder. */
export function requestsWithCertificates<R extends { readonly ca?: string | undefined }>(
  written: readonly R[],
  folder: string,
): Result<readonly R[], Diagnostic[]> {
  const read = written.map((request, index) => {
    if (request.ca === undefined) return ok(request);
    const pem = readCertificates(path.resolve(folder, request.ca), `health.requests.${index}.ca`);
    return pem.ok ? ok({ ...request, ca: pem.value }) : pem;
  });
  const problems = read.flatMap((one) => (one.ok ? [] : [one.problem]));
  return problems.length > 0 ? fail(problems) : ok(read.flatMap((one) => (one.ok ? [one.value] : [])));
}

function readCertificates(file: string, setting: string): Result<string, Diagnostic> {
  const read = readTextSync(file, { mostOctets: MOST_OCTETS });
  if (!read.ok) return problem(`Cannot read "${file}" (${setting}): ${fileProblemText(read.problem)}`);
  // Node takes the first of a list, and leaves out those behind it that do not parse: each is tried by itself.
  const [before = '', ...begun] = read.value.split(BEGIN);
  const all = begun.length === 0 ? [before] : begun.map((rest) => BEGIN + rest);
  const sound = all.filter(isCertificate);
  if (sound.length === all.length) return ok(read.value);
  const what = sound.length === 0 ? 'holds no certificate' : 'is cut off or damaged behind a certificate';
  return problem(`"${file}" (${setting}) ${what}`);
}

const BEGIN = '-----BEGIN CERTIFICATE-----';

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).fingerprint256 !== '';
  } catch {
    return false;
  }
}

function problem(message: string): Result<never, Diagnostic> {
  const remedy =
    'Name a file that dnsteer may read, with certificates in PEM form ("-----BEGIN CERTIFICATE-----")';
  return fail({ code: 'CONFIG', severity: 'error', message, remedy });
}
