/**
 * What an override is of, as operators write it: `shop.example/eu`, `shop.example/eu/192.0.2.1`. Each part may be a glob,
 * in which `*` is any text and `?` any one character; in place of an address a network stands for all in it:
 * `shop.example/eu/192.0.2.0/24`.
 */
import { addressToText, parseAddress, parsePrefix } from '../../base/net/ip.ts';
import { Networks } from '../../base/net/networks.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { zoneIdOf, zoneNameFromText } from '../../wire/zone-id.ts';

export interface TargetPattern {
  /** In one form, however it was written. */
  readonly text: string;
  readonly zone: PartPattern;
  readonly pool: PartPattern;
  /** Absent: all of the pool. */
  readonly address?: PartPattern;
}

export interface PartPattern {
  readonly text: string;
  readonly isGlob: boolean;
  readonly matches: (text: string) => boolean;
}

/** Characters of all of it. */
const MOST_CHARACTERS = 400;
const FORM = 'write zone/pool or zone/pool/address, as in shop.example/eu or */eu/192.0.2.*';

/** Reads a pattern; whether there is what it names, others know. */
export function readTargetPattern(written: string): Result<TargetPattern> {
  if (written.length > MOST_CHARACTERS) return fail(`A target has ${MOST_CHARACTERS} characters at most`);
  const [zone = '', pool = '', ...rest] = written.trim().split('/');
  if (zone === '' || pool === '' || rest[0] === '' || rest.length > 2)
    return fail(`"${written}" is no target: ${FORM}`);
  if (/[^\x21-\x7e]/.test(written.trim()))
    return fail(`"${written}" is no target: it has a strange character`);
  const zonePart = zonePattern(zone);
  if (!zonePart.ok) return fail(`"${written}" is no target: ${zonePart.problem}`);
  const address = rest.length === 0 ? undefined : addressPattern(rest.join('/'));
  if (address?.ok === false) return fail(`"${written}" is no target: ${address.problem}`);
  const parts = [zonePart.value, globPart(pool), ...(address === undefined ? [] : [address.value])];
  return ok({
    text: parts.map(({ text }) => text).join('/'),
    zone: zonePart.value,
    pool: globPart(pool),
    ...(address && { address: address.value }),
  });
}

function zonePattern(written: string): Result<PartPattern> {
  if (isGlob(written)) {
    const glob = globPart(written.toLowerCase().replace(/(?<=.)\.$/, ''));
    return ok({ ...glob, matches: (zone) => glob.matches(zone.toLowerCase()) });
  }
  const name = zoneNameFromText(written);
  return name.ok ? ok(globPart(zoneIdOf(name.value))) : fail(name.problem);
}

function addressPattern(written: string): Result<PartPattern> {
  const prefix = written.includes('/') ? parsePrefix(written) : undefined;
  if (prefix !== undefined) {
    const networks = new Networks([written]);
    return ok({ text: written.toLowerCase(), isGlob: true, matches: (address) => networks.has(address) });
  }
  if (written.includes('/')) return fail(`"${written}" is no network`);
  if (isGlob(written)) return ok(globPart(written.toLowerCase()));
  const address = parseAddress(written);
  return address === undefined ? fail(`"${written}" is no address`) : ok(globPart(addressToText(address)));
}

function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

function globPart(text: string): PartPattern {
  if (text === '*') return { text, isGlob: true, matches: () => true };
  if (!isGlob(text)) return { text, isGlob: false, matches: (other) => other === text };
  return { text, isGlob: true, matches: (other) => matchesGlob(text, other) };
}

/** In time that grows with the product of both lengths at most, whatever the glob. */
export function matchesGlob(glob: string, text: string): boolean {
  let [at, from] = [0, 0];
  /** Where the last star is, and what of the text it takes so far. */
  let [star, taken] = [-1, 0];
  while (from < text.length) {
    if (glob[at] === '*') {
      star = at++;
      taken = from;
    } else if (at < glob.length && (glob[at] === '?' || glob[at] === text[from])) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      at = star + 1;
      from = ++taken;
    } else return false;
  }
  while (glob[at] === '*') at += 1;
  return at === glob.length;
}
