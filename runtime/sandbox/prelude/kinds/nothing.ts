/** Plans without records. They have no parameters, so one object of each is enough. */
import type { Plan } from '../../../../types/policy.d.ts';
import { made } from '../plans.ts';

const NODATA = made({ kind: 'nodata' });
const NXDOMAIN = made({ kind: 'nxdomain' });
const REFUSE = made({ kind: 'refuse' });

export function nodata(): Plan<never> {
  return NODATA;
}

export function nxdomain(): Plan<never> {
  return NXDOMAIN;
}

export function refuse(): Plan<never> {
  return REFUSE;
}
