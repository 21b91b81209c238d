/** Settings of rolls as they are by default; the folder of keys is the test's. */
import type { RollSettings } from '../../runtime/control/rolls/roll-policy-of.ts';

const ALL = ['start', 'report', 'expire', 'done'] as const;
const BEGUN_BY_HAND = ['report', 'expire', 'done'] as const;

export const DEFAULTS: RollSettings = {
  keys: '',
  rolls: true,
  automatic: {
    sign: [...ALL],
    csk: [...ALL],
    ksk: [...ALL],
    zsk: [...ALL],
    algorithm: [...BEGUN_BY_HAND],
    unsign: [...BEGUN_BY_HAND],
  },
  lifetimes: { csk: 'never', ksk: 'never', zsk: 2_592_000 },
  waits: { zone: 86_400, parent: 86_400, margin: 300, look: 300, idle: 3600, purge: 2_592_000 },
  resolvers: [],
  perZone: {},
};
