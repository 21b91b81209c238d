/** Before anything is measured: all servers answer alike, to clients of whom everyone knows where they are. */
import { CASES, ZONE } from './cases.ts';
import { canDo } from './cell.ts';
import { ask, type Peer } from './peers/peer.ts';
import { question } from './questions.ts';

const CLIENTS = { us: '8.8.8.0', de: '5.9.0.0' } as const;
/** Until checks have come to know what is up: PowerDNS begins them with the first query. */
const PATIENCE_MS = 15_000;

/** @throws if a server answers a case wrongly, and goes on to. */
export async function agree(peers: readonly Peer[]): Promise<void> {
  for (const peer of peers) {
    for (const of of CASES.filter((one) => canDo(peer, one))) {
      for (const [place, network] of Object.entries(CLIENTS)) {
        const right = of.right[place as keyof typeof CLIENTS];
        await until(async () => {
          const found = await ask(peer.port, question(`${of.name}.${ZONE}`, network));
          const isRight =
            found !== undefined && found.length > 0 && found.every((one) => right.includes(one));
          return isRight ? undefined : `${found?.join(', ') ?? 'nothing'} and not of ${right.join(', ')}`;
        }, `${peer.name} answers ${of.name} for a client in ${place}`);
      }
    }
  }
}

async function until(problem: () => Promise<string | undefined>, what: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await problem();
    if (found === undefined) return;
    if (performance.now() > end) throw new Error(`${what}: ${found}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
