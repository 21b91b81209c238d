/** `tls`: a handshake, with a certificate that is trusted, is for the host, and holds for some days more. */
import { keyPath } from '../../base/key-path.ts';
import { attemptProbe } from '../probe-attempt.ts';
import { ruleFor } from '../requests.ts';
import type { Target } from '../target.ts';
import { bothSockets } from './both-sockets.ts';
import { aimsAt, type CheckKind, readPort } from './kind.ts';
import { limitOctets } from './octet-limit.ts';
import { TlsClient } from './tls-client.ts';

export interface TlsTarget extends Target {
  readonly type: 'tls';
  /** The server name, which the certificate must prove. */
  readonly host: string;
  /** Days that the certificate must hold from now on, at least. */
  readonly daysLeft: number;
}

const DEFAULT_PORT = 443;
/** No authority that browsers trust issues for longer (CA/Browser Forum, Baseline Requirements §6.3.2). */
const MOST_DAYS = 398;
const DAY_MS = 86_400_000;

export const TLS: CheckKind<TlsTarget> = {
  type: 'tls',
  fields: ['port', 'address', 'host', 'daysLeft'],
  read(check, path, reader) {
    const port = readPort(check, path, reader, DEFAULT_PORT);
    const daysLeft = reader.number(check.daysLeft, keyPath(path, 'daysLeft'), 0, MOST_DAYS) ?? 0;
    const { host } = check;
    if (host !== undefined && !(typeof host === 'string' && /^[\w.:-]{1,254}$/.test(host)))
      return reader.refuse(keyPath(path, 'host'), 'Must be a host name or an address');
    if (port === undefined) return undefined;
    const at = (address: string) =>
      ({ type: 'tls', address, port, host: host ?? address, daysLeft }) as const;
    return aimsAt<TlsTarget>(check, path, reader, at);
  },
  identity: ({ host, daysLeft }) => ` host=${host} days=${daysLeft}`,
  label: ({ host, address }) => (host === address ? '' : ` ${host}`),
  createProber({ dialer, rules }) {
    const client = new TlsClient();
    return {
      probe: (target, signal) =>
        attemptProbe(target.timeoutMs, signal, (settle) => {
          const wire = dialer.connect(target);
          const socket = client.connect(wire, target.host, ruleFor(rules(), target));
          limitOctets(wire, socket, settle);
          const both = bothSockets(wire, socket, settle);
          socket.once('secureConnect', () =>
            settle(dateProblem(socket.getPeerCertificate().valid_to, target.daysLeft)),
          );
          const end = (): void => settle(wire.errored ?? socket.errored ?? CLOSED);
          socket.once('end', end).once('close', end);
          return both;
        }),
    };
  },
};

const CLOSED = 'Connection closed before the end of the handshake';

/** What is wrong with the end of a certificate; `undefined` if nothing is. */
function dateProblem(validTo: string, daysLeft: number): string | undefined {
  const days = (Date.parse(validTo) - Date.now()) / DAY_MS;
  if (days >= daysLeft) return undefined;
  return `Certificate ends in ${Math.floor(days)} days (${validTo}), ${daysLeft} are wanted`;
}
