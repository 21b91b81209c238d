#!/usr/bin/env bash
# A TLS server of Node that is handed half-open sockets hears nothing of a client that leaves during the handshake.
#
# Guess: whoever closes a connection before the handshake is over leads to 'tlsClientError', or at least to 'close'.
# Seen with Node 26.10.0: where connections come from a net.Server with allowHalfOpen (RFC 7766 §6.2.4 wants it of DNS over
# TCP, and the same listener may serve DNS over TLS) and go to tls.Server by emit('connection'), neither comes. The socket
# stays as it is until somebody else ends it, and counts as a client as long. With allowHalfOpen off, both come at once.
#
# Installs a pinned package in a folder of its own, needs npm, takes some seconds; fails if the behaviour is another.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --save-exact node@26.10.0 >/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem -days 2 \
  -subj /CN=dns.example 2>/dev/null
cat >run.mjs <<'JS'
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
const options = { key: readFileSync('key.pem'), cert: readFileSync('cert.pem') };
async function heard(allowHalfOpen) {
  const events = [];
  const secure = tls.createServer(options, () => events.push('secureConnection'));
  secure.on('tlsClientError', () => events.push('tlsClientError'));
  const server = net.createServer({ allowHalfOpen }, (socket) => {
    socket.on('error', () => {}).on('close', () => events.push('close'));
    secure.emit('connection', socket);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  // The client says hello, reads what the server says, and ends its side there.
  const client = net.connect(server.address().port, '127.0.0.1');
  const hello = tls.connect({ socket: client, rejectUnauthorized: false });
  hello.on('error', () => {}).on('secureConnect', () => hello.destroy());
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return events.join(' ') || 'nothing';
}
console.log(`half-open: ${await heard(true)}`);
console.log(`not half-open: ${await heard(false)}`);
process.exit(0);
JS
said=$(node_modules/.bin/node run.mjs)
echo "$said"
grep -qx 'half-open: nothing' <<<"$said" || { echo 'changed: the server hears of it'; exit 1; }
grep -q '^not half-open: .*close' <<<"$said" || { echo 'changed: nor is it heard of without'; exit 1; }
echo 'as found: of a half-open socket nothing is heard'
