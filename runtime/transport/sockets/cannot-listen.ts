/** Why an address cannot be listened on, and what to do about it. */
import { DnsteerError } from '../../base/errors.ts';
import { type SocketAddress, socketAddressToText } from '../../base/net/socket-address.ts';
import type { Transport } from '../../wire/transport.ts';

/** Turns the system's error into one that tells the operator what to do. */
export function cannotListen(error: unknown, transport: Transport | 'http', at: SocketAddress): DnsteerError {
  const { code, message } = error as NodeJS.ErrnoException;
  const where = `Cannot listen on ${socketAddressToText(at)} (${transport})`;
  const remedy = REMEDIES.get(code ?? '')?.replace('{setting}', `"${SETTINGS[transport]}"`);
  return new DnsteerError('START', `${where}: ${remedy ?? message}`, { cause: error });
}

const SETTINGS = {
  udp: 'listen',
  tcp: 'listen',
  tls: 'tls.listen',
  https: 'https.listen',
  http: 'http.redirect.listen',
} as const;

const REMEDIES = new Map([
  ['EADDRINUSE', 'another program uses this address. Stop it, or choose another address with {setting}'],
  [
    'EACCES',
    'ports below 1024 need a right that this process does not have. Grant CAP_NET_BIND_SERVICE, start as root with "user" set, or choose another port with {setting}',
  ],
  ['EADDRNOTAVAIL', 'this machine has no such address. Choose another with {setting}'],
]);
