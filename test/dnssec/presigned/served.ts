/** Zones signed by tools of BIND, as the pipeline serves them. */
import assert from 'node:assert/strict';
import { buildServedZone } from '../../../runtime/answer/zones/served-zone.ts';
import type { Message } from '../../../runtime/wire/message.ts';
import { draftZone } from '../../../runtime/zone/zone-draft.ts';
import { parseZone } from '../../../runtime/zone/zone-file.ts';
import { imageOf } from '../../../runtime/zone/zone-image.ts';
import { Server, type ServerOptions } from '../../answer/server.ts';
import { name } from '../../support/wire.ts';

const DO = 0x8000;

/** A server of one zone, whose text has all of its records. */
export function servePresigned(zone: string, text: string, options?: ServerOptions): Server {
  const server = new Server(options);
  const { records, diagnostics } = parseZone(text, { origin: name(zone) });
  assert.deepEqual(diagnostics, []);
  const image = imageOf(draftZone(name(zone), records, []).tables);
  const { health, counters, memory, signing } = server;
  const update = { zone, version: '00000001', image, signing: { elsewhere: true } } as const;
  server.zones.put(buildServedZone(update, { health, counters, memory, signing }));
  return server;
}

export function askWithDo(server: Server, question: string): Message {
  return askWith(server, question, DO);
}

export function askWith(server: Server, question: string, flags: number): Message {
  const { messages } = server.send({ question, edns: { flags }, transport: 'tcp' });
  return messages[0] ?? assert.fail('there is an answer');
}
