/** What servers over TLS and HTTPS are given alike: one zone, one certificate, and the questions of clients. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createAuthority } from '../../support/certificates.ts';
import { ZONE } from '../cases.ts';
import { zoneFileOf } from '../peers/zone-file.ts';
import { question } from '../questions.ts';

export interface EncryptedGround {
  readonly folder: string;
  /** Files of the certificate and its key, of the zone, and of its text without `$ORIGIN`. */
  readonly certificate: string;
  readonly key: string;
  readonly zone: string;
  /** For dnsperf, a question a line. */
  readonly questions: string;
  /** For h2load, the path of a request a line (RFC 8484 §4.1). */
  readonly requests: string;
}

/** `static` is what `answers()` of peer.ts asks for. */
const HOSTS = ['static', ...Array.from({ length: 1000 }, (_, index) => `h${index}`)];

export function encryptedGround(folder: string): EncryptedGround {
  const { cert, key } = createAuthority().issue('IP:127.0.0.1');
  const written = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const names = HOSTS.map((host) => `${host}.${ZONE}`);
  // RFC 8484 §4.1: an id of 0, so that caches know equal questions.
  const messages = names.map((name) => question(name).fill(0, 0, 2).toString('base64url'));
  return {
    folder,
    certificate: written('server.pem', cert),
    key: written('server.key', key),
    zone: written(`${ZONE}.zone`, zoneText()),
    questions: written('encrypted-questions', names.map((name) => `${name} A\n`).join('')),
    requests: written('requests', messages.map((message) => `/dns-query?dns=${message}\n`).join('')),
  };
}

function zoneText(): string {
  const records = HOSTS.map((host, index) => `${host} A 192.0.2.${index % 256}`);
  return `$ORIGIN ${ZONE}.\n${zoneFileOf(records, 300)}`;
}
