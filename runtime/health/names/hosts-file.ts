/** Reads /etc/hosts: an address, and the names it has on this machine (hosts(5)). */
import { isIP } from 'node:net';

/** The addresses of each name, in the order of the file; names are in lower case. */
export function parseHosts(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names) {
      const key = hostKey(name);
      const addresses = found.get(key) ?? [];
      if (!addresses.includes(address)) addresses.push(address);
      found.set(key, addresses);
    }
  }
  return found;
}

/** One form for all spellings of a host name. */
export function hostKey(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
