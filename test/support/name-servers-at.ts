/** A name server that others wrote, on port 53 of an address in a network namespace. */

import { NAME_SERVERS, type NameServer, type NameServerText } from './name-servers.ts';
import { addAddress } from './namespace.ts';
import { type RunningProgram, startProgram } from './program.ts';

/** Starts it with these files in its folder, and waits until it answers. */
export function startNameServerAt(
  program: NameServer,
  address: string,
  text: Omit<NameServerText, 'port' | 'folder' | 'address'>,
  files: Readonly<Record<string, string>>,
): Promise<RunningProgram> {
  addAddress(address);
  const { args, config, ready } = NAME_SERVERS[program];
  return startProgram({
    program,
    args: (folder) => args(`${folder}/${program}.conf`),
    files: (folder) => ({ ...files, [`${program}.conf`]: config({ address, port: 53, folder, ...text }) }),
    at: { address, port: 53 },
    ready,
  });
}
