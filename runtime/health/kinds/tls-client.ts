/** TLS as probes speak it: whom they trust, and the name that a certificate must prove. */
import { isIP, type Socket } from 'node:net';
import tls from 'node:tls';
import { BoundedMap } from '../../base/bounded-map.ts';
import type { RequestRule } from '../requests.ts';

const MOST_CONTEXTS = 64;

export class TlsClient {
  /** By the certificates they trust: a context takes longer to make than a handshake. */
  readonly #contexts = new BoundedMap<string, tls.SecureContext>(MOST_CONTEXTS);

  /** Begins a handshake. `host` is the name to prove, with or without a port; `protocols` are what may follow (ALPN). */
  connect(
    wire: Socket,
    host: string,
    rule: RequestRule | undefined,
    protocols?: readonly string[],
  ): tls.TLSSocket {
    // Each probe resumes no TLS session: Node does not check the certificate of a resumed one.
    return tls.connect({
      ...identity(host),
      socket: wire,
      secureContext: this.#contextFor(rule?.ca),
      rejectUnauthorized: rule?.verify ?? true,
      ...(protocols && { ALPNProtocols: [...protocols] }),
    });
  }

  /** Trusts Node's own certificates, which include NODE_EXTRA_CA_CERTS, and these (PEM). */
  #contextFor(ca = ''): tls.SecureContext {
    const known = this.#contexts.get(ca);
    if (known !== undefined) return known;
    const made = tls.createSecureContext(ca === '' ? {} : { ca: [...tls.getCACertificates('default'), ca] });
    this.#contexts.set(ca, made);
    return made;
  }
}

function identity(host: string): Required<Pick<tls.ConnectionOptions, 'servername' | 'checkServerIdentity'>> {
  const name = isIP(host) === 0 ? host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1') : host;
  return {
    // RFC 6066 §3: a client does not send an address as server name, and no final dot. The certificate must name
    // an address all the same.
    servername: isIP(name) === 0 ? name.replace(/\.$/, '') : '',
    checkServerIdentity: (_, certificate) => tls.checkServerIdentity(name, certificate),
  };
}
