/** Transfers as the log has them. */
import type { Logger } from '../base/log.ts';
import type { TransferEvent } from '../rpc/control-protocol.ts';

export function tellTransfer({ hosts, ...facts }: TransferEvent, log: Logger): void {
  const all = { component: 'transfer', ...facts };
  if (facts.records === undefined) {
    log.warn(all, 'Transfer of a zone was cut short by its client');
    return;
  }
  log.info(all, 'Zone was transferred');
  if (hosts === 0) return;
  log.warn(
    { ...all, hosts },
    'The zone has names that its policy decides, and no transfer holds those: a secondary without that policy denies that they exist',
  );
}
