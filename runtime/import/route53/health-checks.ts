/** Health checks of Route 53 as checks of pools. */
import { isIP } from 'node:net';
import { hostInAuthority } from '../../base/net/socket-address.ts';
import type { CheckDraft } from '../draft.ts';
import type { ImportReport, SourcePlace } from '../report.ts';
import type { HealthCheckShape } from './shapes.ts';

/** Seconds in which Route 53 has a connection and a status (Developer Guide, "How Route 53 determines …"). */
const HTTP_TIMEOUT = 6;
const TCP_TIMEOUT = 10;
const DEEPEST = 3;

export class Route53Checks {
  readonly #checks: ReadonlyMap<string, { readonly config: HealthCheckShape; readonly place: SourcePlace }>;
  readonly #report: ImportReport;

  constructor(
    checks: ReadonlyMap<string, { readonly config: HealthCheckShape; readonly place: SourcePlace }>,
    report: ImportReport,
  ) {
    this.#checks = checks;
    this.#report = report;
  }

  /** The check for a whole pool; `undefined` where there is none, or none that a policy can have, which is told. */
  check(id: string, named: SourcePlace, depth = 0): CheckDraft | undefined {
    const found = this.#checks.get(id);
    if (found === undefined) {
      this.#tell(
        named,
        id,
        'the check is not in what was given',
        'Give what this prints: aws route53 list-health-checks, as --health-checks FILE',
      );
      return undefined;
    }
    const { config, place } = found;
    if (config.Disabled === true) return undefined;
    const check = this.#checkOf(id, config, place, depth);
    return check !== undefined && config.Inverted === true ? { not: check } : check;
  }

  /** The check of a pool in which each address speaks for itself, if this is the check of that address. */
  ownCheck(id: string, address: string): CheckDraft | undefined {
    const config = this.#checks.get(id)?.config;
    if (config === undefined || config.IPAddress !== address || config.Inverted || config.Disabled)
      return undefined;
    if (config.Type === 'TCP')
      return { type: 'tcp', port: config.Port ?? 80, ...timing(config, TCP_TIMEOUT) };
    if (!config.Type.startsWith('HTTP')) return undefined;
    const { type, usual } = schemeOf(config);
    const { Port: port = usual, FullyQualifiedDomainName: host } = config;
    return {
      type,
      path: config.ResourcePath ?? '/',
      ...(port !== usual && { port }),
      ...(host !== undefined && { host }),
      ...expected(config),
      ...timing(config, HTTP_TIMEOUT),
    };
  }

  #checkOf(id: string, config: HealthCheckShape, place: SourcePlace, depth: number): CheckDraft | undefined {
    const { Type: type } = config;
    const address = config.IPAddress ?? config.FullyQualifiedDomainName;
    if (type === 'CALCULATED') return this.#calculated(id, config, place, depth);
    if (address === undefined || !/^(?:TCP|HTTPS?(?:_STR_MATCH)?)$/.test(type)) {
      this.#tell(
        place,
        id,
        `no check is like ${type}`,
        "Write check: { type: 'push' } into the pools, and have what knows call: dnsteer push",
      );
      return undefined;
    }
    if (type === 'TCP')
      return { type: 'tcp', port: config.Port ?? 80, address, ...timing(config, TCP_TIMEOUT) };
    return this.#http(id, config, address, place);
  }

  #http(id: string, config: HealthCheckShape, address: string, place: SourcePlace): CheckDraft {
    const { type, usual } = schemeOf(config);
    const { Port: port = usual, FullyQualifiedDomainName: host } = config;
    if (type === 'https') {
      this.#report.add('note', place, {
        what: `health check ${id}`,
        why: 'Route 53 takes any certificate',
        instead: 'a check of https that verifies it',
        remedy:
          'Write "health: { requests: [{ servers: […], verify: false }] }" into dnsteer.yaml where certificates are not to be trusted',
      });
    }
    const authority = `${hostInAuthority(address)}${port === usual ? '' : `:${port}`}`;
    const path = config.ResourcePath ?? '/';
    return {
      type,
      url: `${type}://${authority}${path.startsWith('/') ? path : `/${path}`}`,
      ...(host !== undefined && isIP(address) !== 0 && { host }),
      ...expected(config),
      ...timing(config, HTTP_TIMEOUT),
    };
  }

  /** Up while so many children are; a child without a check is up always. */
  #calculated(
    id: string,
    config: HealthCheckShape,
    place: SourcePlace,
    depth: number,
  ): CheckDraft | undefined {
    const children = config.ChildHealthChecks ?? [];
    if (depth >= DEEPEST) {
      this.#tell(
        place,
        id,
        `checks lie more than ${DEEPEST} deep in each other`,
        'Write it with fewer levels',
      );
      return undefined;
    }
    const of = children.flatMap((child) => this.check(child, place, depth + 1) ?? []);
    const least = (config.HealthThreshold ?? children.length) - (children.length - of.length);
    if (least <= 0) return undefined;
    if (least === of.length) return { all: of };
    return least === 1 ? { any: of } : { atLeast: least, of };
  }

  #tell(place: SourcePlace, id: string, why: string, remedy: string): void {
    this.#report.add('changed', place, {
      what: `health check ${id}`,
      why,
      instead: 'pools without a check, which count as up',
      remedy,
    });
  }
}

function schemeOf({ Type: type }: HealthCheckShape): { type: 'http' | 'https'; usual: number } {
  return type.startsWith('HTTPS') ? { type: 'https', usual: 443 } : { type: 'http', usual: 80 };
}

function expected({ SearchString: text, Type: type }: HealthCheckShape): CheckDraft {
  return text !== undefined && type.endsWith('_STR_MATCH') ? { expect: text } : {};
}

function timing(config: HealthCheckShape, most: number): CheckDraft {
  const { RequestInterval: interval = 30, FailureThreshold: results = 3 } = config;
  return { interval, timeout: Math.min(interval, most), rise: results, fall: results };
}
