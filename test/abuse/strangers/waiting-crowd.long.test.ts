/** Thousands of queries for one policy that wait for its sandbox when it ends, and are told all at once. */
import dnsPacket from 'dns-packet';
import { dial } from './guest.ts';
import { type StrangerAttack, stranger } from './stranger.ts';

/** As many as may wait on one connection. */
const PIPELINED = 128;
const CONNECTIONS = 78;

/** What reads the address is asked for each query; from the second second on, it does not end. */
const POLICY = `import { definePolicy } from 'dnsteer';
let runs = 0;
export default definePolicy({
  budget: 200,
  deadline: 1000,
  fallback: { TXT: 'fallback' },
  hosts: {
    '*': (query) => {
      runs += 1;
      while (runs > 50);
      return { TXT: query.client.ip };
    },
  },
});
`;

export const attack: StrangerAttack = {
  title: 'A crowd that waits for a sandbox that is killed',
  files: { 'crowd.example.ts': POLICY },
  strike: ({ port }) => {
    for (let index = 0; index < CONNECTIONS; index += 1) {
      const socket = dial(port, index).resume();
      const ask = (): void => {
        const name = (one: number): string => `n${index}-${one}.crowd.example`;
        const queries = Array.from({ length: PIPELINED }, (_, one) =>
          dnsPacket.streamEncode({ type: 'query', id: one, questions: [{ type: 'TXT', name: name(one) }] }),
        );
        socket.write(Buffer.concat(queries));
      };
      socket.on('connect', () => setInterval(ask, 250));
    }
  },
};

if (import.meta.main) stranger(attack, import.meta.filename);
