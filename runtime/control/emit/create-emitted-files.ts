/** The files of pools with what they look at: health at each look, taken once for all pools. */
import type { Logger } from '../../base/log.ts';
import type { HealthMonitor } from '../../health/monitor.ts';
import { EmittedFiles, type EmittedFilesOptions } from './emitted-files.ts';
import { type UpstreamParts, upstreamsOf } from './upstreams-of.ts';

interface Parts {
  readonly overrides: UpstreamParts['overrides'];
  readonly monitor: Pick<HealthMonitor, 'snapshot' | 'onChange'>;
  readonly notices: EmittedFilesOptions['notices'];
  readonly log: Logger;
}

export function createEmittedFiles({ overrides, monitor, notices, log }: Parts): EmittedFiles {
  const emitted = new EmittedFiles({
    look: () => {
      const states = monitor.snapshot();
      return (zone, pool) => upstreamsOf(zone, pool, { overrides, monitor: { snapshot: () => states } });
    },
    notices,
    log: log.child({ component: 'emit' }),
  });
  monitor.onChange(() => emitted.want());
  return emitted;
}
