/** The cheapest thing that could be called a server: plain dgram that sends every datagram back as a reply. */
import { createSocket } from 'node:dgram';

const socket = createSocket('udp4');
socket.on('message', (packet, peer) => {
  packet[2] = (packet[2] ?? 0) | 0x80;
  socket.send(packet, peer.port, peer.address);
});
socket.bind(Number(process.argv[2]), '127.0.0.1', () => process.send?.('listening'));
