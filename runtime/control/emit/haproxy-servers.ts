/** The servers of a backend as "show servers state" of HAProxy tells them, and the commands that make them as they should be. */
import type { UpstreamServer } from './upstream-text.ts';

export interface RunningServer {
  readonly name: string;
  readonly address: string;
  readonly port: string;
  readonly weight: number;
  readonly isInMaintenance: boolean;
}

/** Bits of srv_admin_state: forced, inherited and configured maintenance, and that of an address that does not resolve. */
const MAINTENANCE = 0x01 | 0x02 | 0x04 | 0x20;
const DRAIN = 0x08 | 0x10;

/** `undefined` if the answer is another: HAProxy tells errors in sentences (management.txt, "show servers state"). */
export function readServersState(answer: string): RunningServer[] | undefined {
  const [version, header, ...rows] = answer.split('\n');
  if (version?.trim() !== '1' || header?.startsWith('# ') !== true) return undefined;
  const names = header.slice(2).trim().split(' ');
  return rows.flatMap((row) => {
    const fields = row.trim().split(' ');
    if (fields.length < 2) return [];
    const field = (name: string): string => fields[names.indexOf(name)] ?? '';
    const state = Number(field('srv_admin_state'));
    return {
      name: field('srv_name'),
      address: field('srv_addr'),
      port: field('srv_port'),
      weight: Number(field('srv_uweight')),
      // One that is drained is to be neither: what is wanted is said anew.
      isInMaintenance: (state & MAINTENANCE) !== 0 && (state & DRAIN) === 0,
    };
  });
}

/** What makes the servers of a backend as they are wanted; empty if they are. */
export function serverCommands(
  backend: string,
  running: readonly RunningServer[],
  wanted: readonly UpstreamServer[],
): string[] {
  const known = new Map(running.map((one) => [one.name, one]));
  const names = new Set(wanted.map(({ address }) => address));
  return [
    ...wanted.flatMap((one) => commandsFor(`${backend}/${one.address}`, known.get(one.address), one)),
    // Requests under way are answered; HAProxy deletes it once no connection is left.
    ...running
      .filter(({ name }) => !names.has(name))
      .flatMap(({ name, isInMaintenance }) => [
        ...(isInMaintenance ? [] : [`set server ${backend}/${name} state maint`]),
        `del server ${backend}/${name}`,
      ]),
  ];
}

/** Whether it is as wanted: one that is to go may wait in maintenance for its last connections. */
export function areAsWanted(
  backend: string,
  running: readonly RunningServer[],
  wanted: readonly UpstreamServer[],
): boolean {
  return serverCommands(backend, running, wanted).every((one) => one.startsWith('del server '));
}

function commandsFor(
  server: string,
  running: RunningServer | undefined,
  { address, place, isOut, weight }: UpstreamServer,
): string[] {
  if (running === undefined)
    return [
      `add server ${server} ${place} weight ${weight}`,
      ...(isOut ? [] : [`set server ${server} state ready`]),
    ];
  const port = place.slice(place.lastIndexOf(':') + 1);
  const isElsewhere = running.address !== address || running.port !== port;
  return [
    ...(isElsewhere ? [`set server ${server} addr ${address} port ${port}`] : []),
    ...(running.weight === weight ? [] : [`set server ${server} weight ${weight}`]),
    ...(running.isInMaintenance === isOut ? [] : [`set server ${server} state ${isOut ? 'maint' : 'ready'}`]),
  ];
}
