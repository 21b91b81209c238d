/** Zones signed by BIND's tools, so that nothing of ours has a part in what ours is measured with. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Place } from './validators/ask-resolver.ts';
import type { DsFields } from './validators/validator.ts';

export interface SignOptions {
  /** Absolute, with its final dot. */
  readonly origin: string;
  /** Zone file without DNSSEC; the names in it may be relative. */
  readonly text: string;
  /** The default is `nsec`. */
  readonly denial?: keyof typeof DENIALS;
  /** The default is one key for all, ECDSA P-256. */
  readonly algorithm?: 'ECDSAP256SHA256' | 'ED25519' | 'RSASHA256';
}

export interface SignedZone {
  readonly origin: string;
  /** One record a line, all absolute. */
  readonly text: string;
  /** SHA-256. */
  readonly ds: DsFields;
  /** Key files as BIND names them → their text. */
  readonly keys: Readonly<Record<string, string>>;
}

/** Makes a key that signs all (dnssec-keygen), and signs with it (dnssec-signzone). */
export function signZone({
  origin,
  text,
  denial = 'nsec',
  algorithm = 'ECDSAP256SHA256',
}: SignOptions): SignedZone {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-sign-'));
  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    const bits = algorithm === 'RSASHA256' ? ['-b', '2048'] : [];
    const key = run('dnssec-keygen', '-q', '-a', algorithm, ...bits, '-f', 'KSK', origin).trim();
    writeFileSync(path.join(folder, 'zone'), `$ORIGIN ${origin}\n${text}\n`);
    const signed = [
      '-z',
      '-S',
      '-K',
      folder,
      '-O',
      'full',
      '-o',
      origin,
      '-f',
      'signed',
      ...DENIALS[denial],
      'zone',
    ];
    run('dnssec-signzone', ...signed);
    const keyFiles = readdirSync(folder).filter((file) => file.startsWith('K'));
    return {
      origin,
      text: readFileSync(path.join(folder, 'signed'), 'utf8'),
      ds: dsFields(run('dnssec-dsfromkey', '-2', key)),
      keys: Object.fromEntries(keyFiles.map((file) => [file, readFileSync(path.join(folder, file), 'utf8')])),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const DENIALS = {
  nsec: [],
  nsec3: ['-3', '-', '-H', '0'],
  'nsec3-salted': ['-3', 'ab12cd', '-H', '5'],
  'nsec3-opt-out': ['-3', '-', '-H', '0', '-A'],
};

/** SHA-256 DS of the keys that a server publishes for a zone and that have SEP set, as BIND's tools make them. */
export function dsOfServer({ address, port }: Place, origin: string): DsFields[] {
  const options = { encoding: 'utf8' } as const;
  const at = [`@${address}`, '-p', String(port), '+tcp', '+noall', '+answer'];
  const keys = execFileSync('dig', [...at, origin, 'DNSKEY'], options);
  return execFileSync('dnssec-dsfromkey', ['-2', '-f', '-', origin], { ...options, input: keys })
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => dsFields(line));
}

/** `shop.example. IN DS 12345 13 2 ABCD…`, as dnssec-dsfromkey prints it. */
function dsFields(line: string): DsFields {
  const [tag, algorithm, digestType, ...digest] = line.trim().split(/\s+/).slice(3);
  return {
    tag: Number(tag),
    algorithm: Number(algorithm),
    digestType: Number(digestType),
    digest: digest.join(''),
  };
}

/** The zone with another octet in each signature over records of that owner and type. */
export function withBrokenSignature({ text }: Pick<SignedZone, 'text'>, owner: string, type: string): string {
  let broken = 0;
  const lines = text.split('\n').map((line) => {
    const fields = line.split(/\s+/);
    if (fields[0] !== owner || fields[3] !== 'RRSIG' || fields[4] !== type) return line;
    broken += 1;
    const signature = Buffer.from(fields.slice(12).join(''), 'base64');
    signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
    return [...fields.slice(0, 12), signature.toString('base64')].join(' ');
  });
  if (broken === 0) throw new Error(`${owner} has no signature over ${type}`);
  return lines.join('\n');
}
