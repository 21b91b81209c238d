/**
 * The cheapest things that could be called servers: every datagram is sent back as a reply.
 * Through plain dgram, with nothing of ours; or through the batched sockets of runtime/transport.
 */
import { createSocket } from 'node:dgram';
import { chooseUdp } from '../../runtime/transport/udp/udp-sockets.ts';

const [port, kind] = [Number(process.argv[2]), process.argv[3]];

if (kind === 'batched') {
  const { listen } = await chooseUdp('batched');
  const counters = { datagrams: 0, sendErrors: 0 };
  await listen(
    { address: '127.0.0.1', port },
    (packet, requester) => {
      packet[2] = (packet[2] ?? 0) | 0x80;
      requester.reply(packet);
      return true;
    },
    counters,
  );
  process.send?.('listening');
} else {
  const socket = createSocket('udp4');
  socket.on('message', (packet, peer) => {
    packet[2] = (packet[2] ?? 0) | 0x80;
    socket.send(packet, peer.port, peer.address);
  });
  socket.bind(port, '127.0.0.1', () => process.send?.('listening'));
}
