/** FNV-1a of the characters of a text, 32 bits. https://datatracker.ietf.org/doc/draft-eastlake-fnv */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** The same of the first octets, as a whole number with a sign, which V8 keeps without an object; `salt` gives other hashes. */
export function fnv1aOfOctets(octets: Uint8Array, length: number, salt = 0): number {
  let hash = 0x811c9dc5 ^ salt;
  for (let at = 0; at < length; at += 1) hash = Math.imul(hash ^ (octets[at] ?? 0), 0x01000193);
  return hash;
}
