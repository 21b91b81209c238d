/** Takes the prefixes from BIRD for a server that could not do so itself. */
import type { Config } from '../../config/config.ts';
import { BirdHand } from '../../control/announce/bridge/bird-hand.ts';
import { print, printError } from '../terminal.ts';

/** Returns the exit code. */
export async function withdrawFromBird({ prefixes, bird }: Config['announce']): Promise<number> {
  const { socket, folder, protocols } = bird;
  if (socket === undefined || folder === undefined) {
    printError('The settings name no BIRD (announce.bird.socket)');
    return 1;
  }
  const order = { way: 'withdrawn', prefixes, prependAs: 0, prependTimes: 0 } as const;
  const said = await new BirdHand({ socket, folder, protocols }).carryOut(order);
  if (said.ok) print(`${prefixes.join(', ')}: withdrawn`);
  else printError(said.problem);
  return said.ok ? 0 : 1;
}
