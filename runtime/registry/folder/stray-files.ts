/**
 * Files that look like a zone's by the custom of another server, and serve none here: `db.example.com` (Debian's
 * BIND), `example.com.db` (cPanel), `example.com.dns` (Windows), `example.com.` (octoDNS), `pri.example.com`
 * (ISPConfig), `example.com.txt` (Cloudflare), `example.com.ZONE`. Only names are looked at.
 */
import path from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';

export interface StrayFile {
  readonly file: string;
  readonly hint: Diagnostic;
}

/** The hint that a file looks like one of a zone; `undefined` for all others. `served` are the zones with files. */
export function strayHint(
  file: string,
  served: ReadonlyMap<string, unknown>,
  shown: string,
): Diagnostic | undefined {
  const name = path.basename(file);
  if (/\.test\.[jt]s$/.test(name)) return testHint(name, served, shown);
  const guess = guessOf(name);
  if (guess === undefined || served.has(guess.zone)) return undefined;
  return {
    code: 'POLICY_ZONE',
    severity: 'warning',
    message: `The file looks like ${guess.kind} of ${guess.zone} by its name, and is not served`,
    file: shown,
    remedy: `Name it ${guess.zone}${guess.ending} to have it served`,
  };
}

/** A `.test.ts` is always a test. It is told of where it tests no zone, or its name is that of one which has a file. */
function testHint(name: string, served: ReadonlyMap<string, unknown>, shown: string): Diagnostic | undefined {
  const zone = name.replace(SCRIPT, '').toLowerCase();
  const tested = zone.replace(/\.test$/, '');
  const isOfZone = served.has(zone) || (isZone(zone) && !served.has(tested) && !tested.includes('.'));
  if (!isOfZone) return undefined;
  return {
    code: 'POLICY_ZONE',
    severity: 'warning',
    message: `The file is taken for a test, as its name ends in ${name.slice(-8)}, and not for the policy of ${zone}`,
    file: shown,
    remedy: `Name it ${tested}.%74est${name.slice(-3)} if it is the policy of that zone; put tests of shared code beside it in snippets`,
  };
}

interface Guess {
  readonly zone: string;
  readonly kind: 'the zone file' | 'the policy';
  readonly ending: '.zone' | '.ts' | '.js';
}

const FIRST = /^(?:db|pri|master|named|zone)\.(?=.)/i;
const LAST = /\.(?:db|dns|zone|zonefile|zon|hosts|bind|axfr)(?:\.txt)?$/i;
const SCRIPT = /\.[cm]?([jt])s$/i;
/** Last labels that make a zone of a name without any other sign. `md`, `sh`, `rs` and the like are more often files. */
const TOP = /\.(?:arpa|biz|com|edu|example|gov|info|int|internal|invalid|lan|local|mil|net|org|test)$/;

function guessOf(name: string): Guess | undefined {
  const bare = name.replace(/\.+$/, '').toLowerCase();
  const script = SCRIPT.exec(bare)?.[1];
  const stem = bare
    .replace(SCRIPT, '')
    .replace(FIRST, '')
    .replace(LAST, '')
    .replace(/\.txt$/, '');
  if (script !== undefined) {
    if (!isZone(stem) || /\.(?:d|test)$/.test(stem)) return undefined;
    return { zone: stem, kind: 'the policy', ending: script === 't' ? '.ts' : '.js' };
  }
  const isMarked = name.endsWith('.') || FIRST.test(bare) || LAST.test(bare);
  const zone = isMarked ? (networkOf(stem) ?? stem) : stem;
  return isZone(zone) && (isMarked || TOP.test(zone))
    ? { zone, kind: 'the zone file', ending: '.zone' }
    : undefined;
}

/** The zone of a network that is written forward, as in Debian's `db.192.0.2` (RFC 1035 §3.5). */
function networkOf(stem: string): string | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){0,2}$/.test(stem)) return undefined;
  return `${stem.split('.').reverse().join('.')}.in-addr.arpa`;
}

function isZone(stem: string): boolean {
  return stem.length <= 253 && /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]*$/.test(stem);
}
