/** Servers that the settings name, to be asked or told. */
import type { SocketAddress } from '../base/net/socket-address.ts';

export interface PeerServer extends SocketAddress {
  /** The name of the key that signs what is said to it. */
  readonly key?: string;
}
