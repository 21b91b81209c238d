/** What zones are made with, as the running server would. */
import type { RegistrySettings } from '../policy/zone-attempt.ts';
import type { Settings } from './host.ts';

export function registrySettings({ zone, policy, listen }: Settings): RegistrySettings {
  return { zone: { ...zone, ownAddresses: listen.map(({ address }) => address) }, policy };
}
