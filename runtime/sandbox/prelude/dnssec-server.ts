/**
 * The module `dnssec-server` as a policy file imports it: the documented API of that library, on top of
 * dnsteer. `createServer` takes the handler and opens no socket; the host does DNSSEC, zones and messages.
 * The module follows the library's documentation and has none of its code.
 */
import { registerHandler } from './handler/slot.ts';

/** Takes the handler: `createServer(handler)` or `createServer(options, handler)`. */
export function createServer(...args: readonly unknown[]): object {
  registerHandler(args.length === 1 ? args[0] : args[1]);
  return server;
}

/** The host has the keys: the result is a placeholder that the handler may pass on. */
export function buildDnssecMaterial(options: { readonly signersName?: string } = {}): object {
  return { signersName: options.signersName, ksk: {}, zsk: {} };
}

export function encodeMessage(): never {
  return notHere('encodeMessage', 'fill in res.answers and call res.send()');
}

export function decodeMessage(): never {
  return notHere('decodeMessage', 'read req.name and req.type');
}

export function parseZone(): never {
  return notHere('parseZone', 'put the zone file beside the policy, as example.com.zone');
}

export function answerFromZone(): never {
  return notHere('answerFromZone', 'put the zone file beside the policy, as example.com.zone');
}

/** The methods of a server change nothing here, and return the server. */
const server = Object.freeze({
  listen: () => server,
  on: () => server,
  once: () => server,
  close: () => server,
});

function notHere(name: string, remedy: string): never {
  throw new Error(`${name}() is not available in a policy; ${remedy}`);
}

const library = {
  createServer,
  buildDnssecMaterial,
  encodeMessage,
  decodeMessage,
  parseZone,
  answerFromZone,
};

// biome-ignore lint/style/noDefaultExport: Handlers import the library as a default too.
export { library as default };
