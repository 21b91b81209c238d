/** Plans without records, made once: there is nothing to say about them. */
import type { Plan } from '../../../../types/policy.d.ts';
import { made } from '../plans.ts';

const NODATA = made({ kind: 'nodata' });
const NXDOMAIN = made({ kind: 'nxdomain' });
const REFUSE = made({ kind: 'refuse' });

export function nodata(): Plan {
  return NODATA;
}

export function nxdomain(): Plan {
  return NXDOMAIN;
}

export function refuse(): Plan {
  return REFUSE;
}
