/**
 * Pools as other programs read them. Names come from authors of policies: whatever a program could take for more than a name is
 * written in hexadecimal; addresses were octets, and are printed anew.
 */
import type { Upstream, UpstreamPool } from '../../admin/emit/upstream.ts';
import { unreachable } from '../../base/assert.ts';
import { socketAddressToText } from '../../base/net/socket-address.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { EmitKind } from '../../config/emit/emit-kinds.ts';

/** The pools as upstreams, backends or snippets, each by {@link upstreamName}; fails where one would be of no use. */
export function upstreamText(kind: EmitKind, pools: readonly UpstreamPool[], port: number): Result<string> {
  const names = new Set<string>();
  const parts: string[] = [];
  for (const { pool, upstreams } of pools) {
    const name = upstreamName(pool);
    if (names.has(name)) return fail(`Pool ${pool} is named twice`);
    names.add(name);
    // An empty list is an error to nginx, and of no use to anybody.
    if (upstreams.length === 0) return fail(`Pool ${pool} has no addresses`);
    parts.push(textOf(kind, name, upstreamServers(upstreams, port)));
  }
  return ok(`# Written by dnsteer.\n${parts.join('')}`);
}

/** `shop.example/eu` is `shop.example_2feu`: no two pools have one name. */
export function upstreamName(pool: string): string {
  // With the flag "u" a character beyond 16 bits is one: its halves alone would all be the same octets.
  return pool.replaceAll(/[^A-Za-z0-9.-]/gu, (character) =>
    Array.from(Buffer.from(character), (octet) => `_${octet.toString(16).padStart(2, '0')}`).join(''),
  );
}

export interface UpstreamServer {
  readonly address: string;
  /** With its port: `192.0.2.1:80`. */
  readonly place: string;
  readonly isOut: boolean;
  /** From 1 to 100. */
  readonly weight: number;
}

/** The addresses of a pool as programs are to use them. */
export function upstreamServers(upstreams: readonly Upstream[], port: number): UpstreamServer[] {
  return usable(upstreams).map(({ address, isUp, share }) => {
    const isOut = !isUp || share === 0;
    const weight = Math.max(1, Math.round(MOST_WEIGHT * share));
    return { address, place: socketAddressToText({ address, port }), isOut, weight };
  });
}

/** Where all that may be used is down, all of it is: so are answers to queries. */
function usable(upstreams: readonly Upstream[]): readonly Upstream[] {
  const left = upstreams.filter(({ share }) => share > 0);
  if (left.some(({ isUp }) => isUp)) return upstreams;
  return upstreams.map((one) => ({ ...one, isUp: true }));
}

const MOST_WEIGHT = 100;

function textOf(kind: EmitKind, name: string, lines: readonly UpstreamServer[]): string {
  switch (kind) {
    case 'nginx': {
      const servers = lines.map(
        ({ place, isOut, weight }) => `    server ${place} weight=${weight}${isOut ? ' down' : ''};\n`,
      );
      return `upstream ${name} {\n${servers.join('')}}\n`;
    }
    case 'haproxy': {
      const servers = lines.map(
        ({ address, place, isOut, weight }) =>
          `    server ${address} ${place} weight ${weight}${isOut ? ' disabled' : ''}\n`,
      );
      return `backend ${name}\n${servers.join('')}`;
    }
    case 'caddy': {
      // Caddy has no weights before 2.8, and no state: what is out is left out.
      const places = lines.filter(({ isOut }) => !isOut).map(({ place }) => ` ${place}`);
      const none = '    respond 503\n';
      return `(${name}) {\n${places.length === 0 ? none : `    reverse_proxy${places.join('')}\n`}}\n`;
    }
    default:
      return unreachable(kind);
  }
}
