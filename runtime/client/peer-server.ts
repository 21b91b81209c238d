/** Servers that the settings name: dnsteer queries them, or notifies them of changes. */
import type { SocketAddress } from '../base/net/socket-address.ts';

export interface PeerServer extends SocketAddress {
  /** The name of the key that signs the messages to it. */
  readonly key?: string;
}
