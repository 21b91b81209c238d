/** What HTTP clients prove with who they are. */
import { createHash, timingSafeEqual } from 'node:crypto';

interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Reads the header `Authorization: Basic …` (RFC 7617 §2); `undefined` if it is none. */
export function basicCredentials(authorization: string | undefined): Credentials | undefined {
  const [, encoded = ''] = /^Basic +(\S+)$/i.exec(authorization ?? '') ?? [];
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  return user === undefined || password === undefined ? undefined : { user, password };
}

/** Compares secrets in a time that says nothing about them. */
export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

/** Digests have one length, whatever the length of the text: comparing them says nothing about it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
