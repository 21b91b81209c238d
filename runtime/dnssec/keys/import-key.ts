/**
 * Takes over keys of other servers: pairs of BIND, Knot and ldns, lone `.private` files of PowerDNS and ldns, and
 * private keys in PEM (PKCS #8, or SEC 1 as PowerDNS exports it). The key is written anew, with what BIND's tools
 * need to see it and others leave out; the files it comes from stay as they are.
 */
import { createPrivateKey } from 'node:crypto';
import path from 'node:path';
import { type FileProblem, fileProblemText, readTextSync } from '../../base/files/read-file.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { namesEqual, nameToText, type WireName } from '../../wire/name.ts';
import { SIGNING_ALGORITHMS } from './algorithms.ts';
import { DNSKEY_FLAGS, haveCommonTag, keyTag, writeDnskey } from './dnskey.ts';
import type { KeptKey, KeyProblem } from './kept-key.ts';
import { COPY_AGAIN, faultOf, type KeyFault, unreadableKey } from './key-fault.ts';
import { keyNameFromText } from './key-name.ts';
import { type PrivateFile, readPrivateFile } from './private-file.ts';
import { type PublicFile, readPublicFile } from './public-file.ts';
import { MOST_KEY_OCTETS } from './read-pair.ts';
import { signingKeyOf } from './signing-key.ts';
import { type KeyRoles, readStateFile } from './state-file.ts';
import { writeKey } from './write-key.ts';

export interface KeyToImport {
  /** The path of one of its files, or of all of them without the ending. */
  readonly from: string;
  /** The folder of keys. */
  readonly folder: string;
  /** Its zone; what the files say must be the same. */
  readonly zone?: WireName;
  /** What it is for, where the operator says so. */
  readonly roles?: KeyRoles;
  /** RDATA of the DNSKEY records that its zone has already. */
  readonly beside: (zone: WireName) => readonly Uint8Array[];
  /** Seconds since 1970: when a key was made, published and used first that does not say so. */
  readonly now: number;
}

/** Copies a key into the folder of keys. */
export async function importKey(wanted: KeyToImport): Promise<Result<KeptKey, KeyProblem>> {
  const { folder, beside, now } = wanted;
  const stem = wanted.from.replace(/\.(?:private|key|state)$/, '');
  const secret = readSecret(wanted.from, stem);
  if (!secret.ok) return secret;
  const { file, isWhole } = secret.value;
  const blame = (fault: KeyFault) => fail<KeyProblem>({ severity: 'error', file, ...fault });
  const open = readOpen(stem);
  if (open?.ok === false) return open;
  if (open === undefined && !isWhole) {
    // Half a number is a number as well, and there is no public half to compare it with.
    return blame({
      code: 'KEY_FILE',
      message: 'The last line has no end: the file may be cut off',
      remedy: COPY_AGAIN,
    });
  }
  const named = whatItIs(wanted, secret.value.content, stem, open?.value);
  if (!named.ok) return blame(named.problem);
  const { owner: zone, dnskey, ttl } = named.value;
  const key = signingKeyOf(dnskey, secret.value.content.key);
  if (!key.ok) return blame({ code: 'KEY_PAIR', message: key.problem, remedy: COPY_AGAIN });
  if (beside(zone).some((other) => haveCommonTag(other, dnskey))) {
    const message = 'The zone has this key already, or one that can be taken for it by its key tag';
    return blame({ code: 'KEY_CLASH', message, remedy: 'Import another key' });
  }
  const times = { created: now, publish: now, activate: now, ...secret.value.content.times };
  return await writeKey(folder, { zone, key: key.value, times, ttl, roles: wanted.roles ?? rolesIn(stem) });
}

const LIMITS = { mostOctets: MOST_KEY_OCTETS };

interface Secret {
  readonly file: string;
  readonly content: PrivateFile;
  /** Whether the last line has an end. */
  readonly isWhole: boolean;
}

function readSecret(from: string, stem: string): Result<Secret, KeyProblem> {
  const lone = stem === from ? readTextSync(from, LIMITS) : undefined;
  const file = lone?.ok ? from : `${stem}.private`;
  const text = lone?.ok ? lone : readTextSync(file, LIMITS);
  if (!text.ok) return fail(unreadable(file, text.problem));
  const content = text.value.includes('-----BEGIN ') ? readPem(text.value) : readPrivateFile(text.value);
  if (!content.ok) return fail({ severity: 'error', file, ...content.problem });
  return ok({ file, content: content.value, isWhole: text.value.endsWith('\n') });
}

/** The public half; `undefined` if there is no file of it. */
function readOpen(stem: string): Result<PublicFile, KeyProblem> | undefined {
  const file = `${stem}.key`;
  const text = readTextSync(file, LIMITS);
  if (!text.ok) return text.problem.kind === 'absent' ? undefined : fail(unreadable(file, text.problem));
  const read = readPublicFile(text.value);
  return read.ok ? read : fail({ severity: 'error', file, ...read.problem });
}

function readPem(text: string): Result<PrivateFile, KeyFault> {
  try {
    const key = createPrivateKey(text);
    const algorithm = SIGNING_ALGORITHMS.find((each) => each.publicOctets(key) !== undefined);
    if (algorithm !== undefined) return ok({ algorithm, key, times: {} });
    const message = 'The key in PEM is of no algorithm that dnsteer signs with';
    return faultOf('KEY_ALGORITHM', message, 'Use a key on curve P-256, of Ed25519, or of RSA');
  } catch {
    return unreadableKey(
      'The file holds no private key in PEM, or an encrypted one',
      'Export it as PKCS #8 without a password',
    );
  }
}

/** The zone and the DNSKEY: as the public half has them, or else as the name of the file or the operator says. */
function whatItIs(
  { zone: wanted, roles }: KeyToImport,
  { algorithm, key }: PrivateFile,
  stem: string,
  open: PublicFile | undefined,
): Result<PublicFile, KeyFault> {
  const named = keyNameFromText(path.basename(stem));
  const owner = open?.owner ?? wanted ?? named?.zone;
  if (owner === undefined) {
    const message = 'Neither the file nor its name tells the zone of the key';
    return unreadableKey(message, 'Say which zone it is for: --zone shop.example');
  }
  if (wanted !== undefined && !namesEqual(wanted, owner)) {
    return unreadableKey(
      `The key is one of ${nameToText(owner)}`,
      'Import it for that zone, or import another key for this one',
    );
  }
  if (open !== undefined) return ok(open);
  const publicKey = algorithm.publicOctets(key);
  if (publicKey === undefined) return unreadableKey('The key has no public half', COPY_AGAIN);
  const withFlags = (flags: number) => writeDnskey({ flags, algorithm: algorithm.number, publicKey });
  const entry = withFlags(DNSKEY_FLAGS.ZONE | DNSKEY_FLAGS.SEP);
  const plain = withFlags(DNSKEY_FLAGS.ZONE);
  // The key tag in the name tells the flags. Where there is none, a lone key is a combined one, as for PowerDNS.
  const byTag = [entry, plain].find((dnskey) => keyTag(dnskey) === named?.tag);
  if (named !== undefined && byTag === undefined) {
    return faultOf('KEY_PAIR', 'The key is not the one whose key tag the name of the file tells', COPY_AGAIN);
  }
  return ok({ owner, dnskey: byTag ?? (roles?.isKsk === false ? plain : entry), ttl: undefined });
}

function rolesIn(stem: string): KeyRoles | undefined {
  const text = readTextSync(`${stem}.state`, LIMITS);
  return text.ok ? readStateFile(text.value) : undefined;
}

function unreadable(file: string, problem: FileProblem): KeyProblem {
  const remedy = 'Name the .private file of a key, and run this as a user who may read it';
  return {
    code: 'KEY_FILE',
    severity: 'error',
    message: `Cannot read the file: ${fileProblemText(problem)}`,
    file,
    remedy,
  };
}
