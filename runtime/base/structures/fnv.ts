/** FNV-1a of the characters of a text, 32 bits. https://datatracker.ietf.org/doc/draft-eastlake-fnv */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
