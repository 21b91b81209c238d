/** Settings of anycast: which prefixes draw traffic to this server, when, and who is told. */
import path from 'node:path';
import { parsePrefix, prefixToText } from '../../base/net/ip.ts';
import { choice, list, number, parsed, section, text, whole } from '../kinds.ts';

const PREFIX =
  'must be a prefix without bits behind its length, such as "192.0.2.53/32" or "2001:db8:53::/48"';
/** RFC 6793: AS numbers have 32 bits; RFC 7607: 0 is none. */
const MOST_AS = 2 ** 32 - 1;
const percent = () => number(0, 100);

export const announce = section({
  prefixes: list(parsed(PREFIX, readWholePrefix), 'prefixes, such as ["192.0.2.53/32"]')
    .prefault([])
    .describe('Prefixes to announce by BGP while this server is well. None given: nothing is announced.'),
  when: section({
    processes: percent()
      .prefault(50)
      .describe('Percent of answer processes that have to listen. One at least always has to.'),
    zonesLive: percent().prefault(50).describe('Percent of zones of which some version has to be served.'),
    fallbacks: percent()
      .prefault(100)
      .describe('Most fallbacks, in percent of what policies decide. 100: they do not count.'),
  }).prefault({}),
  rise: number(0, 3600).prefault(5).describe('Seconds of being well before prefixes are announced.'),
  fall: number(0, 3600).prefault(1).describe('Seconds of being unwell before they are withdrawn.'),
  hold: number(0, 86_400)
    .prefault(30)
    .describe('Seconds for which they stay away at least, once they were withdrawn because of that.'),
  onUnwell: choice(['withdraw', 'prepend'])
    .prefault('withdraw')
    .describe(
      'What becomes of prefixes while the server is unwell: "prepend" makes their path longer, so that traffic comes only if all sites are unwell.',
    ),
  prependAs: whole(1, MOST_AS).optional().describe('AS number to prepend: that of this site.'),
  prependTimes: whole(1, 10).prefault(3).describe('How often it is prepended.'),
  stopWait: number(0, 30)
    .prefault(1)
    .describe(
      'Seconds for which a server that is stopped goes on answering once its prefixes are withdrawn.',
    ),
  socket: text('must be the path of a socket')
    .optional()
    .describe('Socket for "dnsteer announce exabgp". None given: "announce.sock" in the state folder.'),
  bird: section({
    socket: text('must be the path of a socket')
      .optional()
      .describe('Control socket of BIRD 2, such as /run/bird/bird.ctl. None given: BIRD is told nothing.'),
    folder: text('must be the path of a folder')
      .optional()
      .describe('Folder of the files that BIRD includes: dnsteer4.conf and dnsteer6.conf.'),
    protocols: list(
      text('must be the name of a protocol', (name) => /^[A-Za-z_]\w{0,63}$/.test(name)),
      'names of protocols',
    )
      .prefault(['dnsteer4', 'dnsteer6'])
      .describe(
        'Static protocols that include them, to switch off where BIRD cannot read its configuration.',
      ),
  }).prefault({}),
})
  .superRefine(({ onUnwell, prependAs, bird }, context) => {
    const needs = (setting: string[], input: unknown, message: string): void =>
      context.addIssue({ code: 'custom', path: setting, input, message });
    if (onUnwell === 'prepend' && prependAs === undefined)
      needs(['onUnwell'], onUnwell, 'needs "announce.prependAs" beside it: the AS number of this site');
    if ((bird.socket === undefined) !== (bird.folder === undefined)) {
      const [is, other] = bird.socket === undefined ? ['folder', 'socket'] : ['socket', 'folder'];
      needs(['bird', is], bird[is as 'socket' | 'folder'], `needs "announce.bird.${other}" beside it`);
    }
  })
  .prefault({});

interface WithPlaces {
  readonly socket?: string | undefined;
  readonly bird: { readonly socket?: string | undefined; readonly folder?: string | undefined };
}

/** The settings with absolute paths. `base`: the folder that the path in a setting is relative to. */
export function announceWithPlaces<A extends WithPlaces>(
  written: A,
  state: string,
  base: (setting: string) => string,
): A & { readonly socket: string } {
  const { socket, folder } = written.bird;
  const own = path.resolve(base('announce.socket'), written.socket ?? path.join(state, 'announce.sock'));
  const bird = {
    ...written.bird,
    ...(socket !== undefined && { socket: path.resolve(base('announce.bird.socket'), socket) }),
    ...(folder !== undefined && { folder: path.resolve(base('announce.bird.folder'), folder) }),
  };
  return { ...written, socket: own, bird };
}

/** Bits behind the length are a mistake, and routers refuse them. */
function readWholePrefix(written: string): string | undefined {
  const prefix = parsePrefix(written);
  if (prefix === undefined) return undefined;
  const alone = parsePrefix(written.replace(/\/.*/, ''));
  const isWhole =
    alone !== undefined && prefix.address.bytes.every((one, at) => one === alone.address.bytes[at]);
  return isWhole ? prefixToText(prefix) : undefined;
}
