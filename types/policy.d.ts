/**
 * The world of a dnsteer policy: everything `import … from 'dnsteer'` can give you.
 *
 * A policy file's name is its zone: `policies/example.com.ts` answers for `example.com`.
 * The file default-exports one {@link definePolicy} call. There is no network, no file system, no
 * timer and no `process` in here: a policy decides, and the host does the rest.
 *
 * @example
 * import { definePolicy, firstHealthy } from 'dnsteer';
 *
 * export default definePolicy({
 *   pools: {
 *     us: { A: ['192.0.2.10'] },
 *     eu: { A: ['198.51.100.20'] },
 *   },
 *   fallback: firstHealthy('us', 'eu'),
 *   hosts: {
 *     www: (query) => (query.client.eu ? firstHealthy('eu', 'us') : firstHealthy('us', 'eu')),
 *   },
 * });
 */
import './networks.d.ts';

// ── Records ──────────────────────────────────────────────────────────────────────────────────

/** One or several values of a record type. */
export type Values<T = string> = T | readonly T[];

/**
 * Records by type. Values are written as in a zone file (RFC 1035 §5), with three conveniences:
 * names are absolute whether or not they end in a dot, `@` is the zone itself, and TXT takes the
 * text as it is (an array of arrays where one record holds several strings).
 *
 * A type this interface does not name is written as RFC 3597 asks:
 * `TYPE65280: ['\\# 2 abcd']`.
 *
 * @example { A: ['192.0.2.10', '192.0.2.11'], ttl: 60 }
 * @example { MX: ['10 mail.example.com', '20 mail2.example.com'] }
 * @example { HTTPS: '1 . alpn=h2,h3 ipv4hint=192.0.2.10' }
 */
export interface Records {
  /** IPv4 addresses, `192.0.2.10`. */
  readonly A?: Values;
  /** IPv6 addresses, `2001:db8::10`. */
  readonly AAAA?: Values;
  /** `subtype host` (RFC 1183 §1). */
  readonly AFSDB?: Values;
  /** `[!]family:address/length…` (RFC 3123), e.g. `1:192.0.2.0/24 !1:192.0.2.64/28`. */
  readonly APL?: Values;
  /** Another name that has the answer. Excludes every other type (RFC 1034 §3.6.2). */
  readonly CNAME?: string;
  /** `flags tag "value"` (RFC 8659). */
  readonly CAA?: Values;
  /** `flags protocol algorithm key`, the key in Base64 (RFC 7344). Only in `records`. */
  readonly CDNSKEY?: Values;
  /** `keytag algorithm digesttype digest`, the digest in hexadecimal (RFC 7344). Only in `records`. */
  readonly CDS?: Values;
  /** `type keytag algorithm certificate`, the certificate in Base64 (RFC 4398), e.g. `PKIX 1 RSASHA256 MIIC…`. */
  readonly CERT?: Values;
  /** `serial flags type…` (RFC 7477), e.g. `66 3 A NS AAAA`. Only in `records`. */
  readonly CSYNC?: Values;
  /** The name below which all names below this one are found (RFC 6672). Only in `records`. */
  readonly DNAME?: string;
  /** `flags protocol algorithm key` (RFC 4034 §2). Only in `records`. */
  readonly DNSKEY?: Values;
  /** `keytag algorithm digesttype digest`, beside the NS of a delegation (RFC 4034 §5). Only in `records`. */
  readonly DS?: Values;
  /** An EUI-48 address, `00-00-5e-00-53-2a` (RFC 7043). */
  readonly EUI48?: Values;
  /** An EUI-64 address, `00-00-5e-ef-10-00-00-2a` (RFC 7043). */
  readonly EUI64?: Values;
  /** `cpu os` (RFC 1035 §3.3.2), each in quotes if there are blanks in it. */
  readonly HINFO?: Values;
  /** `priority target params…` (RFC 9460), e.g. `1 . alpn=h2,h3`. */
  readonly HTTPS?: Values;
  /** `latitude longitude altitude [size [horizontal-precision [vertical-precision]]]` (RFC 1876), e.g. `52 22 23 N 4 53 32 E -2m`. */
  readonly LOC?: Values;
  /** `preference exchange`. */
  readonly MX?: Values;
  /** `order preference "flags" "services" "regexp" replacement` (RFC 3403). A backslash is written twice in the value. */
  readonly NAPTR?: Values;
  /** Name servers. At a name below the zone's own this is a delegation. Only in `records`. */
  readonly NS?: Values;
  /** A key in Base64 (RFC 7929). */
  readonly OPENPGPKEY?: Values;
  /** A name, for reverse zones. */
  readonly PTR?: Values;
  /** `mailbox textname` (RFC 1183 §2). */
  readonly RP?: Values;
  /** `usage selector matchingtype data`, the data in hexadecimal (RFC 8162). */
  readonly SMIMEA?: Values;
  /** `priority weight port target` (RFC 2782). */
  readonly SRV?: Values;
  /** `algorithm type fingerprint`, the fingerprint in hexadecimal (RFC 4255). */
  readonly SSHFP?: Values;
  /** `priority target params…` (RFC 9460). */
  readonly SVCB?: Values;
  /** `usage selector matchingtype data`, the data in hexadecimal (RFC 6698), e.g. `3 1 1 8cb0fc6c…`. */
  readonly TLSA?: Values;
  /** Text, as it is; longer than 255 octets is split. An inner array is one record of several strings. */
  readonly TXT?: string | readonly (string | readonly string[])[];
  /** `priority weight "target"` (RFC 7553). */
  readonly URI?: Values;
  /** `serial scheme algorithm digest`, the digest in hexadecimal (RFC 8976). Only in `records`. */
  readonly ZONEMD?: Values;
  /** Types without a name here, in RFC 3597 form: `\\# length hex`. */
  readonly [unknownType: `TYPE${number}`]: Values | undefined;
  /** Seconds for which resolvers may keep these records, 0 to 2147483647. Default: the policy's `ttl`. */
  readonly ttl?: number;
}

/** The type of a record or of a question, by its name (IANA), or by its number if it has no name: `'TYPE65280'`. */
// biome-ignore format: as many as fit into a row
export type RecordType =
  | Exclude<keyof Records, 'ttl' | number>
  | 'MD' | 'MF' | 'SOA' | 'MB' | 'MG' | 'MR' | 'NULL' | 'WKS' | 'MINFO' | 'X25' | 'ISDN' | 'RT' | 'NSAP'
  | 'NSAP-PTR' | 'SIG' | 'KEY' | 'PX' | 'GPOS' | 'NXT' | 'EID' | 'NIMLOC' | 'KX' | 'A6' | 'OPT' | 'IPSECKEY'
  | 'RRSIG' | 'NSEC' | 'DHCID' | 'NSEC3' | 'NSEC3PARAM' | 'HIP' | 'NINFO' | 'RKEY' | 'TALINK' | 'DSYNC'
  | 'HHIT' | 'BRID' | 'SPF' | 'NID' | 'L32' | 'L64' | 'LP' | 'NXNAME' | 'TKEY' | 'TSIG' | 'IXFR' | 'AXFR'
  | 'MAILB' | 'MAILA' | 'ANY' | 'AVC' | 'DOA' | 'AMTRELAY' | 'RESINFO' | 'WALLET' | 'CLA' | 'IPN' | 'TA'
  | 'DLV';

// ── Pools and health ─────────────────────────────────────────────────────────────────────────

/** When a probe runs and how many results turn the state. */
export interface CheckTiming {
  /** Seconds between two probes of one target, 1 to 3600. Default 10. */
  readonly interval?: number;
  /** Seconds until a probe counts as failed, up to `interval`. Default 5, or half the interval if that is less. */
  readonly timeout?: number;
  /** Successes in a row that turn a down target up. Default 2. */
  readonly rise?: number;
  /** Failures in a row that turn an up target down. Default 3. */
  readonly fall?: number;
}

/** Where checks connect to that do not say it in a URL. */
export interface CheckPlace extends CheckTiming {
  /**
   * An address or a host name that speaks for the whole pool. Default: each address of the pool speaks for itself. A
   * server may so be checked by the database behind it.
   */
  readonly address?: string;
}

/** A TCP connection, and what is said on it. */
export interface TcpCheck extends CheckPlace {
  readonly type: 'tcp';
  /** Port to connect to, 1 to 65535. */
  readonly port: number;
  /** Text to send once the connection is there, in UTF-8, up to 1024 octets: `'PING\r\n'`. */
  readonly send?: string;
  /** A text that must come within the first 5 KiB: `'+PONG'`. Default: the connection is enough. */
  readonly expect?: string;
}

/** A status that counts as success, or a range of them: `'200-299'`. */
export type Status = number | `${number}-${number}`;

/**
 * An HTTP or HTTPS request. With `url`, that one URL speaks for the whole pool; without, each
 * address of the pool is asked for `path`. Redirects are not followed. HTTPS certificates are
 * verified, against `host`.
 */
export interface HttpCheck extends CheckTiming {
  readonly type: 'http' | 'https';
  /** One URL for the whole pool. Its scheme must agree with `type`. */
  readonly url?: string;
  /** What to ask each address for. Default `/`. Not together with `url`. */
  readonly path?: string;
  /** Port on each address. Default 80 for http, 443 for https. Not together with `url`. */
  readonly port?: number;
  /**
   * The Host header, and for https the server name (SNI) the certificate must match. Default: the URL's host, or the
   * address. Without a port it gets that of the connection, unless it is the default of the scheme.
   */
  readonly host?: string;
  /** Statuses that count as success. Default `['200-399']`. */
  readonly status?: readonly Status[];
  /** Default `'GET'`. The settings of the server may say otherwise for some servers. */
  readonly method?: 'GET' | 'HEAD' | 'OPTIONS' | 'POST';
  /** Up to 16 headers. All who see the policy see them: what is secret belongs in the setting `health.requests`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A text that must stand in the first 5 KiB of the body, as it is sent. */
  readonly expect?: string;
  /**
   * Where the server says how loaded it is, a number from 0, for {@link leastLoaded}: in a header, or in a body of JSON, as
   * the keys lead to it, 16 KiB at most. What is no number is no load, and no failure.
   */
  readonly load?: { readonly header: string } | { readonly json: string };
  /** The version of HTTP to ask in. Default 1, which is HTTP/1.1. With 2, TLS must choose HTTP/2; without TLS the server must know of it. */
  readonly version?: 1 | 2;
}

/** A TLS handshake, with a certificate that is trusted and is for the host. */
export interface TlsCheck extends CheckPlace {
  readonly type: 'tls';
  /** Default 443. */
  readonly port?: number;
  /** The server name (SNI), which the certificate must match. Default: the address that is connected to. */
  readonly host?: string;
  /** Days that the certificate must hold from now on, 0 to 398. Default 0: that it holds today. */
  readonly daysLeft?: number;
}

/** A question to a name server. */
export interface DnsCheck extends CheckPlace {
  readonly type: 'dns';
  /** The name to ask for, absolute: `'www.example.com'`. */
  readonly name: string;
  /** The type to ask for. Default `'A'`. */
  readonly record?: RecordType;
  /** Response codes that count as success. Default `'NOERROR'`. */
  readonly rcode?: Rcode | readonly Rcode[];
  /** Data that records of the answer must have, all of them, as they stand in a zone file; TXT as it is. Default: any, or none. */
  readonly expect?: string | readonly string[];
  /** Default `'udp'`, and TCP for an answer that does not fit. */
  readonly transport?: 'udp' | 'tcp';
  /** Default 53. */
  readonly port?: number;
}

/** A response code (RFC 6895 §2.3). */
export type Rcode =
  | 'NOERROR'
  | 'FORMERR'
  | 'SERVFAIL'
  | 'NXDOMAIN'
  | 'NOTIMP'
  | 'REFUSED'
  | 'YXDOMAIN'
  | 'YXRRSET'
  | 'NXRRSET'
  | 'NOTAUTH'
  | 'NOTZONE'
  | 'BADVERS'
  | 'BADCOOKIE';

/**
 * No probe: whoever knows pushes the state, by `POST /api/push` of the admin server or `dnsteer push`, again and again.
 * Who stops is down (a dead man's switch). Each push counts at once.
 */
export interface PushCheck {
  readonly type: 'push';
  /** The name that pushes give, one for the whole pool; policies that have the same go by the same pushes. Default: each address is its own name. */
  readonly name?: string;
  /** Seconds for which a push holds at most, 1 to 86400. Default 60. */
  readonly expires?: number;
}

/** A command of the server's settings (`health.commands`), which ends with 0 if all is well: once for each address, or for `address`. */
export interface ExecCheck extends CheckPlace {
  readonly type: 'exec';
  /** Its name there. */
  readonly command: string;
}

/** The health service of a gRPC server (`grpc.health.v1.Health/Check`), which must say SERVING. */
export interface GrpcCheck extends CheckPlace {
  readonly type: 'grpc';
  readonly port: number;
  /** The service asked for: `'shop.v1.Orders'`. Default: the server as a whole. */
  readonly service?: string;
  /** Whether to speak TLS. Default false. */
  readonly tls?: boolean;
  /** The authority, and with TLS the server name (SNI), which the certificate must match. Default: the address that is connected to. */
  readonly host?: string;
}

/** The address replies to an ICMP echo request, as `ping` sends it. The system has to permit it: `net.ipv4.ping_group_range`. */
export interface IcmpCheck extends CheckPlace {
  readonly type: 'icmp';
}

/** Up if all of the checks are up. A check that says nothing of an address takes no part for it. */
export interface AllCheck {
  readonly all: readonly Check[];
}

/** Up if any of the checks is up. */
export interface AnyCheck {
  readonly any: readonly Check[];
}

/** Up if so many of the checks are up. */
export interface AtLeastCheck {
  readonly atLeast: number;
  readonly of: readonly Check[];
}

/** Up if the check is down: a lock that stands open, a standby that is not the primary. */
export interface NotCheck {
  readonly not: Check;
}

/**
 * How the host finds out whether addresses work: one check, or up to 32 that count together.
 *
 * @example { all: [{ type: 'https', path: '/up' }, { any: [{ type: 'tcp', port: 5432, address: 'db1.test' }, { type: 'tcp', port: 5432, address: 'db2.test' }] }] }
 */
export type Check =
  | TcpCheck
  | HttpCheck
  | TlsCheck
  | DnsCheck
  | PushCheck
  | ExecCheck
  | GrpcCheck
  | IcmpCheck
  | AllCheck
  | AnyCheck
  | AtLeastCheck
  | NotCheck;

/** How much of a pool has to be up for the pool to be up, of its checked addresses, A and AAAA together. */
export interface UpWhen {
  /** Percent of their weight, 1 to 100. */
  readonly percent: number;
  /** Weights by address, whole numbers from 0 to 1000000. Default 1 for each: percent of their number. */
  readonly weights?: Readonly<Record<string, number>>;
}

/**
 * Addresses (or other records) that are served, checked and steered to together: a data centre, a release, a CDN. `P` are
 * the pools that its `whenDown` names.
 *
 * In its HTTPS and SVCB records, `ipv4hint=auto` and `ipv6hint=auto` stand for its addresses that are up. A pool of SRV
 * records without addresses is checked at the target of each record: a `tcp` check at the record's own port.
 *
 * @example { A: ['192.0.2.1', '192.0.2.2'], HTTPS: '1 . alpn=h2,h3 ipv4hint=auto', check: { type: 'tcp', port: 443 } }
 */
export interface Pool<P extends Pooled = PoolName> extends Records {
  /**
   * Another name, whose A and AAAA records are the answer: the server asks a resolver for them (setting `alias`), keeps them for
   * their TTL, and serves them stale where no resolver answers. It can be the host of the zone's own name, where no CNAME may
   * stand. Other types may stand beside it, but no A, AAAA and CNAME. A `check` needs a `url` or an `address`. What the
   * target does not have is NODATA; without an address the pool is down; where nothing is known it fails (SERVFAIL).
   * @example { alias: 'shop.cdn.example.net' }
   */
  readonly alias?: string;
  /**
   * Where clients over HTTP are sent (setting `http.redirect`): a URL of http or https, without a query. The path and query of
   * the request follow it. A pool may have a URL and no records: DNS then answers NODATA. A check with a `url` or an
   * `address` of its own covers it, and else it is as well as the pool.
   * @example { A: '192.0.2.1', url: 'https://eu.example.com' }
   */
  readonly url?: string;
  /** Where it stands: latitude and longitude in degrees. `nearest` needs it. */
  readonly at?: readonly [latitude: number, longitude: number];
  /** How to know whether it works. A pool without a check always counts as up. */
  readonly check?: Check;
  /**
   * What to answer when all of it is down and nothing else is left. Default `'all'`: answer as if it were up. `'empty'`: no
   * record; `'servfail'`: fail, so that resolvers ask elsewhere, or go on with what they had (RFC 8767); or another answer,
   * as `firstHealthy('spare', { A: '192.0.2.99' })`. A pool that it names, and that is down as well, is answered as if it
   * were up, unless it is itself to be empty or to fail. What an operator has drained (`dnsteer drain`) is not answered even then.
   */
  readonly whenDown?: 'all' | 'empty' | 'servfail' | Plan<P> | Records;
  /** How much of it has to be up: `{ percent: 60 }`. Below that all of it counts as down. Default: any address that is up is enough. */
  readonly upWhen?: UpWhen;
  /**
   * Seconds, less than its TTL, to which the TTL of its answers may fall: by halves, to the time in which the health of a
   * target could next change. Default: the policy's, or else the TTL does not fall.
   */
  readonly leastTtl?: number;
  /** Queries a second that it is made for, over 0. `bounded` goes by it, and `dnsteer whatif` tells where recorded traffic is more. */
  readonly capacity?: number;
}

/**
 * `'up'`: every address is, or nothing says otherwise yet. `'degraded'`: some are down. `'down'`: all are, or more than
 * `upWhen` allows. What operators say (`dnsteer drain`, `dnsteer force`) goes before what probes do.
 */
export type PoolHealth = 'up' | 'degraded' | 'down';

/**
 * As {@link Query.health}, for functions that several policies share, and whatever is no handler. An imported function cannot
 * know the pools of a policy, so any name is of its type: `dnsteer check` finds one that the policy does not declare.
 * @throws {RangeError} If the policy declares no such pool.
 */
export declare function health(pool: string): PoolHealth;

// ── What a handler is asked ──────────────────────────────────────────────────────────────────

/** ISO 3166-1 alpha-2 country code, upper case: `'DE'`; and `'XK'` for Kosovo. The United Kingdom is `'GB'`. */
// biome-ignore format: a row for each letter
export type CountryCode =
  | 'AD' | 'AE' | 'AF' | 'AG' | 'AI' | 'AL' | 'AM' | 'AO' | 'AQ' | 'AR' | 'AS' | 'AT' | 'AU' | 'AW' | 'AX'
  | 'AZ'
  | 'BA' | 'BB' | 'BD' | 'BE' | 'BF' | 'BG' | 'BH' | 'BI' | 'BJ' | 'BL' | 'BM' | 'BN' | 'BO' | 'BQ' | 'BR'
  | 'BS' | 'BT' | 'BV' | 'BW' | 'BY' | 'BZ'
  | 'CA' | 'CC' | 'CD' | 'CF' | 'CG' | 'CH' | 'CI' | 'CK' | 'CL' | 'CM' | 'CN' | 'CO' | 'CR' | 'CU' | 'CV'
  | 'CW' | 'CX' | 'CY' | 'CZ'
  | 'DE' | 'DJ' | 'DK' | 'DM' | 'DO' | 'DZ'
  | 'EC' | 'EE' | 'EG' | 'EH' | 'ER' | 'ES' | 'ET'
  | 'FI' | 'FJ' | 'FK' | 'FM' | 'FO' | 'FR'
  | 'GA' | 'GB' | 'GD' | 'GE' | 'GF' | 'GG' | 'GH' | 'GI' | 'GL' | 'GM' | 'GN' | 'GP' | 'GQ' | 'GR' | 'GS'
  | 'GT' | 'GU' | 'GW' | 'GY'
  | 'HK' | 'HM' | 'HN' | 'HR' | 'HT' | 'HU'
  | 'ID' | 'IE' | 'IL' | 'IM' | 'IN' | 'IO' | 'IQ' | 'IR' | 'IS' | 'IT'
  | 'JE' | 'JM' | 'JO' | 'JP'
  | 'KE' | 'KG' | 'KH' | 'KI' | 'KM' | 'KN' | 'KP' | 'KR' | 'KW' | 'KY' | 'KZ'
  | 'LA' | 'LB' | 'LC' | 'LI' | 'LK' | 'LR' | 'LS' | 'LT' | 'LU' | 'LV' | 'LY'
  | 'MA' | 'MC' | 'MD' | 'ME' | 'MF' | 'MG' | 'MH' | 'MK' | 'ML' | 'MM' | 'MN' | 'MO' | 'MP' | 'MQ' | 'MR'
  | 'MS' | 'MT' | 'MU' | 'MV' | 'MW' | 'MX' | 'MY' | 'MZ'
  | 'NA' | 'NC' | 'NE' | 'NF' | 'NG' | 'NI' | 'NL' | 'NO' | 'NP' | 'NR' | 'NU' | 'NZ'
  | 'OM'
  | 'PA' | 'PE' | 'PF' | 'PG' | 'PH' | 'PK' | 'PL' | 'PM' | 'PN' | 'PR' | 'PS' | 'PT' | 'PW' | 'PY'
  | 'QA'
  | 'RE' | 'RO' | 'RS' | 'RU' | 'RW'
  | 'SA' | 'SB' | 'SC' | 'SD' | 'SE' | 'SG' | 'SH' | 'SI' | 'SJ' | 'SK' | 'SL' | 'SM' | 'SN' | 'SO' | 'SR'
  | 'SS' | 'ST' | 'SV' | 'SX' | 'SY' | 'SZ'
  | 'TC' | 'TD' | 'TF' | 'TG' | 'TH' | 'TJ' | 'TK' | 'TL' | 'TM' | 'TN' | 'TO' | 'TR' | 'TT' | 'TV' | 'TW'
  | 'TZ'
  | 'UA' | 'UG' | 'UM' | 'US' | 'UY' | 'UZ'
  | 'VA' | 'VC' | 'VE' | 'VG' | 'VI' | 'VN' | 'VU'
  | 'WF' | 'WS'
  | 'XK'
  | 'YE' | 'YT'
  | 'ZA' | 'ZM' | 'ZW';

/** Africa, Antarctica, Asia, Europe, North America, Oceania, South America. */
export type Continent = 'AF' | 'AN' | 'AS' | 'EU' | 'NA' | 'OC' | 'SA';

/**
 * Who asks: the client's subnet if the resolver sent one (ECS, RFC 7871), else the resolver.
 * A fact that is not known is `undefined`. Reading a fact makes it part of the decision: answers
 * are remembered, and their ECS scope drawn, by what was read and nothing else.
 *
 * An IPv6 address with an IPv4 address inside counts as that: mapped (`::ffff:192.0.2.1`), 6to4 (`2002:c000:201::`),
 * Teredo, NAT64 (`64:ff9b::`), and the older `::ffff:0:192.0.2.1` and `::192.0.2.1`.
 */
export interface Client {
  /** Upper case: `'DE'`. */
  readonly country: CountryCode | undefined;
  /** Of the country: `'EU'` is Europe; for the European Union see `eu`. */
  readonly continent: Continent | undefined;
  /** First-level subdivision, ISO 3166-2 without the country: `'CA'`, `'BY'`. */
  readonly region: string | undefined;
  /** In English; only where the server's geo data knows cities. */
  readonly city: string | undefined;
  /** Degrees north. */
  readonly latitude: number | undefined;
  /** Degrees east. */
  readonly longitude: number | undefined;
  /** Whether the country is a member of the European Union. */
  readonly eu: boolean | undefined;
  /** IANA time zone: `'Europe/Berlin'`. */
  readonly timeZone: string | undefined;
  /** The number of the autonomous system whose network it is, `64496`; only where the server's geo data knows. */
  readonly asn: number | undefined;
  /** Who has that number, as the geo data call them. */
  readonly organization: string | undefined;
  /** The network the client is in: /24 for IPv4, /56 for IPv6, or less if the resolver told less: `'203.0.113.0/24'`. */
  readonly subnet: string;
  /** `4` or `6`. */
  readonly family: 4 | 6;
  /** The address itself. A decision that read it is never remembered: prefer `subnet` and `in`. */
  readonly ip: string;
  /**
   * Who sent the query: the client's resolver, whatever that says of its client (ECS, RFC 7871), or the client itself. What
   * is read here narrows no ECS scope: a resolver gets one answer for all of its clients.
   */
  readonly resolver: Resolver;
  /**
   * Whether the client is in one of these networks: `client.in('10.0.0.0/8', '2001:db8::/32')`, an address alone being a
   * network of its own. It is one fact of two values, so that a decision is remembered for all clients inside, and for
   * all outside. An IPv4 address inside one of IPv6 is one of IPv4.
   *
   * Long lists lie in files beside the policy, a network on each line, in the first column of a table, or in an array of
   * JSON, and are imported: `import partners from './partners.txt'` (`.csv`, `.networks.json`), and
   * `client.in(partners)`. A list may have a million networks; it is one fact, and a change of it needs no change of the policy.
   * @throws {RangeError} If one of them is no network, or their texts together have more than 900 characters.
   */
  in(this: void, first: Networks, ...others: readonly Networks[]): boolean;
}

/** The resolver of a client. */
export interface Resolver {
  /** `undefined` in tests that do not say it. A decision that reads it is remembered for this one resolver. */
  readonly address: string | undefined;
  /** Upper case: `'DE'`. */
  readonly country: CountryCode | undefined;
}

/** How a message comes: `tls` is DNS over TLS (RFC 7858), `https` DNS over HTTPS (RFC 8484). */
export type Transport = 'udp' | 'tcp' | 'tls' | 'https';

/** A network, an array of them, or a list of them from a file. */
export type Networks = string | readonly string[] | NetworkList;

declare const list: unique symbol;

/** What a policy imports of a list of networks: it cannot look into it, but ask whether a client is in it. */
export interface NetworkList {
  readonly [list]: true;
}

/** A moment, in parts. Reading a part makes it part of the decision; read the coarsest that will do. */
export interface Time {
  /** 2026. */
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** Day of the month, 1 to 31. */
  readonly day: number;
  /** 1 (Monday) to 7 (Sunday), ISO 8601. */
  readonly weekday: number;
  /** 0 to 23. */
  readonly hour: number;
  /** 0 to 59. */
  readonly minute: number;
  /** `'2026-11-23'`. */
  readonly date: string;
}

/** The present, in UTC. */
export interface Now extends Time {
  /** Seconds since 1970. A decision that read it is never remembered. */
  readonly unix: number;
  /**
   * The same moment on the clocks of an IANA time zone: `query.time.in('Europe/Berlin').hour`. One decision may
   * read the clocks of 16 of them.
   */
  in(timeZone: string): Time;
}

/**
 * One question. A decision may rest on 256 facts at most: of the client, of the time, and the health of pools. `P` are the
 * pools of the policy that is asked; of any policy, if nothing else is said.
 */
export interface Query<P extends Pooled = PoolName> {
  /** The name asked for, lower case, without the final dot: `'www.example.com'`. */
  readonly name: string;
  /** The type asked for: `'A'`, `'AAAA'`, `'HTTPS'`, `'TYPE65280'`. */
  readonly type: RecordType;
  /** Who asks. */
  readonly client: Client;
  /** How the query came. Resolvers keep an answer for clients of all transports. */
  readonly transport: Transport;
  /**
   * Which of the server's own addresses was asked: `'203.0.113.53'`. `undefined` for datagrams to a server that listens at
   * all of its addresses (`0.0.0.0`, `::`), which do not tell.
   */
  readonly local: string | undefined;
  /** When. */
  readonly time: Now;
  /**
   * The health of a pool of this policy, as the host last saw it: `health('eu') === 'down'`.
   * @throws {RangeError} If the policy declares no such pool.
   */
  health(this: void, pool: P): PoolHealth;
}

// ── Plans: what a handler answers ────────────────────────────────────────────────────────────

declare const plan: unique symbol;
declare const anywhere: unique symbol;

/** What the names of pools have in common that are not tied to one policy. */
interface OfAnyPolicy {
  readonly [anywhere]?: never;
}

/**
 * The name of a pool of whatever policy takes it: for tables and functions that several policies share, or that are
 * written before the policy. A name written in a policy itself must be one of its `pools`.
 *
 * @example const POOL_OF: Readonly<Record<string, PoolName>> = { DE: 'eu', US: 'us' };
 */
export type PoolName = string & OfAnyPolicy;

type Pooled = string | OfAnyPolicy;

/**
 * A decision as data. The host evaluates it for every query, so a random choice or a change of
 * health needs no new run of the policy. `P` are the pools it names; of any policy, if nothing else is said.
 */
interface Plan<P extends Pooled = PoolName> {
  readonly [plan]: P;
}

/** Whatever may stand where an answer is due: records, the name of a pool, or a plan made by a function below. */
export type Answer<P extends Pooled = PoolName> = Plan<P> | Records | P;

/** The pools that an answer names. A text that is not known beforehand may name any. */
type PoolsOf<A> = A extends string ? (string extends A ? PoolName : A) : A extends Plan<infer P> ? P : never;

/** Options of plans that can say how long their answer holds. Elsewhere records and pools say it with `ttl`. */
export interface PlanOptions {
  /** Seconds for which resolvers may keep the answer; records and pools that say it themselves are kept for theirs. */
  readonly ttl?: number;
}

/**
 * Options of `firstHealthy`, `weighted`, `nearest`, `sticky`, `bounded`, `geo`, `fastest`, `leastLoaded`, `shed` and `closestByLatency`, given last. A choice is among those that have records of
 * the type asked for, and of these an address that is up: a family of addresses (A, AAAA) that is down fails over alone,
 * and where both are up, both lead to one place.
 */
export interface ChoiceOptions {
  /** `'together'`: A and AAAA lead to one place always, also where it has no address of the one, or none that is up: that is NODATA. */
  readonly family?: 'together';
}

/**
 * The pools that plans may name where they stand. Those of a policy are known where its handlers are written, so that an
 * editor completes them, and shows which name is wrong; elsewhere a plan may name any, and is judged as a whole.
 */
type Known<P> = [P] extends [OfAnyPolicy] ? string : P;

/** Members of a choice, then its options. */
type Members<M, O = ChoiceOptions> = [first: M, ...othersAndOptions: (M | O)[]];

/** Options of `sticky`: what stays where it is. */
export interface StickyOptions extends ChoiceOptions {
  /** `'network'`, the default: all queries from one client network. `'name'`: all queries for one name, whoever asks. */
  readonly by?: 'network' | 'name';
  /** In place of `by`: all queries for which a handler gives the same text of up to 256 characters. */
  readonly key?: string;
}

/** Options of `weighted`. */
export interface WeightedOptions extends ChoiceOptions {
  /**
   * Divides each weight by what is measured of its pool: `'load'`, as targets say it, or `'latency'`, the time that checks take. Of
   * two with the same weight, one with twice the load gets half as much. A value below a twentieth of the highest counts as that much, and a
   * pool of which nothing is measured as the mean of the others. Where all weights are 0, the values alone decide.
   */
  readonly by?: 'load' | 'latency';
}

/** Options of `shed`. */
export interface ShedOptions extends ChoiceOptions {
  /** The load up to which nothing is shed, in the numbers that targets say, from 0. */
  readonly low: number;
  /** The load, above `low`, from which all is shed. */
  readonly high: number;
}

/** Options of `bounded`. */
export interface BoundedOptions extends StickyOptions {
  /** How much more than its part a pool may get where all are over their capacity, 0.01 to 10. Default 0.25, a quarter. */
  readonly slack?: number;
}

type Weights<P> = { readonly [Name in P & string]?: number };
type WeightedChoices<P extends Pooled> = readonly (readonly [weight: number, answer: Answer<P>])[];

/** No weight is that of a pool that is not known. */
type Others<W, P> = string extends keyof W ? unknown : { readonly [Name in Exclude<keyof W, P>]: never };

/** The first that is not down. If all are, the first as if it were up (see `whenDown`). */
export declare function firstHealthy<
  P extends Pooled = string,
  const A extends Members<Answer<Known<P>>> = Members<Answer<Known<P>>>,
>(...answersAndOptions: A): Plan<Known<P> & PoolsOf<A[number]>>;

/**
 * One at random for each query, by weight, among those that are not down: `weighted({ us: 95, eu: 5 })`.
 * Weights are whole numbers from 0 to 1000000. 0 is chosen only when all others are down; those left that all have 0 share
 * equally. One that is left alone is chosen, whatever its weight. With `{ by: 'load' }` or `{ by: 'latency' }` what is measured of
 * each pool counts as well.
 */
export declare function weighted<
  P extends Pooled = string,
  const W extends Weights<Known<P>> | WeightedChoices<Known<P>> = Weights<Known<P>>,
>(
  choices: W & (W extends readonly unknown[] ? unknown : Others<W, Known<P>>),
  options?: WeightedOptions,
): Plan<Known<P> & PoolsOf<W extends WeightedChoices<string> ? W[number][1] : keyof W>>;

/** The closest to the client, by great circle, among the pools (with `at`) that are not down. A client whose place is not known gets the first. */
export declare function nearest<
  P extends Pooled = string,
  const A extends Members<Known<P>> = Members<Known<P>>,
>(...poolsAndOptions: A): Plan<Known<P> & PoolsOf<A[number]>>;

/**
 * The pool with the least latency from the client's network, among those that are not down, as the table of the setting `geo.latency` has it
 * (measured at clients, not by this server). The most exact row counts that has a value of one of the pools: the smallest network around the
 * client, then its country and autonomous system, its system, its country. A pool without a value there comes behind all that have one. Where no row has
 * any, it is {@link nearest}, by distance; pools without `at` come last there.
 */
export declare function closestByLatency<
  P extends Pooled = string,
  const A extends Members<Known<P>> = Members<Known<P>>,
>(...poolsAndOptions: A): Plan<Known<P> & PoolsOf<A[number]>>;

/**
 * The pool whose checks take least time, among those that are not down: a moving average of its targets that are up, as this
 * server measures them, not the client. A pool of which nothing is measured comes last; of equals the first. A difference
 * below a fifth, or a millisecond, changes nothing.
 */
export declare function fastest<
  P extends Pooled = string,
  const A extends Members<Known<P>> = Members<Known<P>>,
>(...poolsAndOptions: A): Plan<Known<P> & PoolsOf<A[number]>>;

/**
 * The pool with the least load, among those that are not down: the mean of what its targets that are up say, by push or in
 * answers to checks (`load`). A pool of which no load is known comes last; of equals the first. A difference below a tenth
 * changes nothing.
 */
export declare function leastLoaded<
  P extends Pooled = string,
  const A extends Members<Known<P>> = Members<Known<P>>,
>(...poolsAndOptions: A): Plan<Known<P> & PoolsOf<A[number]>>;

/**
 * The first of several pools that are not down, which sheds a growing share of its queries as its load grows:
 * `shed('main', 'spare', { low: 0.6, high: 0.9 })` sheds none up to 0.6, half at 0.75, and all from 0.9 on. The next pool does the
 * same with what comes to it; what nobody keeps goes to the one with the least load. Who says no load sheds none.
 *
 * With one pool it sheds to the other members of the choice that it stands in: `firstHealthy(shed('main', { low: 0.6, high: 0.9 }), 'spare')`. Where
 * there is no other, or none that is up, it keeps all.
 */
export declare function shed<
  P extends Pooled = string,
  const A extends [first: Known<P>, ...others: Known<P>[], options: ShedOptions] = [Known<P>, ShedOptions],
>(...poolsAndOptions: A): Plan<Known<P> & PoolsOf<A[number]>>;

/**
 * As {@link weighted}, but the same for every query from one client subnet, for one name, or of one key (rendezvous
 * hashing: few move when one goes down).
 */
export declare function sticky<
  P extends Pooled = string,
  const A extends Members<Known<P>, StickyOptions> = Members<Known<P>, StickyOptions>,
>(...poolsAndOptions: A): Plan<Known<P> & PoolsOf<A[number]>>;
export declare function sticky<
  P extends Pooled = string,
  const W extends Weights<Known<P>> = Weights<Known<P>>,
>(pools: W & Others<W, Known<P>>, options?: StickyOptions): Plan<Known<P> & PoolsOf<keyof W>>;

/**
 * As {@link sticky} by capacity, but no pool gets much more than it is made for (consistent hashing with bounded loads):
 * each client network, name or key has an order of its own among the pools (with `capacity`) that are not down, and gets
 * the first that is not full. A pool is full when its answers of the last minute come to more than its capacity, and are
 * more than a quarter above its part of the answers of all: so there is always one that is not. Each answer process goes
 * by the answers that it gives itself, and by its part of the capacity.
 */
export declare function bounded<
  P extends Pooled = string,
  const A extends Members<Known<P>, BoundedOptions> = Members<Known<P>, BoundedOptions>,
>(...poolsAndOptions: A): Plan<Known<P> & PoolsOf<A[number]>>;

/** Codes that a country and a continent share. */
type SharedCode = 'AF' | 'AS' | 'NA' | 'SA';

/**
 * A place: a country (`'DE'`), a subdivision of one (ISO 3166-2: `'US-CA'`), a continent (`'EU'` is Europe, `'OC'`, `'AN'`),
 * or `'european-union'`. Codes that are both are written `'country:NA'` (Namibia) and `'continent:NA'` (North America).
 */
export type Place =
  | Exclude<CountryCode, SharedCode>
  | Exclude<Continent, SharedCode>
  | `${CountryCode}-${string}`
  | `country:${CountryCode}`
  | `continent:${Continent}`
  | 'european-union';

/** Answers by place, or by the name of a group of places. */
type PlaceTable<P extends Pooled> = { readonly [Key in Place]?: Answer<P> } & {
  readonly [placeOrGroup: string]: Answer<P> | undefined;
  /** The answer for everywhere else, and for clients whose place is not known. */
  readonly default: Answer<P>;
};

/** No key is one of a place that there is not. */
type Nowhere<T, Groups> = { readonly [Key in Exclude<keyof T, Place | 'default' | Groups>]: never };

/**
 * A table of answers by the place of the client: `geo({ DE: 'fra', EU: 'ams', 'US-CA': 'sjc', default: 'iad' })`. Of the
 * places in it that the client is in, the narrowest one that is up answers: a subdivision before its country, that before
 * the European Union, that before the continent, and `default` last. If none of them is up, the narrowest answers as if it
 * were; nobody is led to a place that does not enclose the client. `groups` are sets of places by name, which may stand in
 * the table as well; a place that has a key of its own is not in its group.
 *
 * @example geo({ dach: 'fra', EU: 'ams', default: 'iad' }, { groups: { dach: ['DE', 'AT', 'CH'] } })
 */
export declare function geo<
  P extends Pooled = string,
  const T extends PlaceTable<Known<P>> = PlaceTable<Known<P>>,
  const Groups extends string = never,
>(
  table: T & Nowhere<T, Groups>,
  options?: ChoiceOptions & { readonly groups?: { readonly [Name in Groups]: readonly Place[] } },
): Plan<Known<P> & PoolsOf<T[keyof T]>>;

/**
 * Whom it is chosen for is answered from `answer` or not at all (NODATA): what is down inside is not answered as if it were
 * up, whatever `whenDown` says, and to the choices around it a fence is never down, so that none leads elsewhere.
 *
 * @example geo({ 'european-union': fence(firstHealthy('fra', 'ams')), default: 'iad' })
 */
export declare function fence<P extends Pooled = string, const A extends Answer<Known<P>> = Answer<Known<P>>>(
  answer: A,
): Plan<Known<P> & PoolsOf<A>>;

/** The records of `answer` in another order for each query; with `count`, only so many of them. */
export declare function rotate<
  P extends Pooled = string,
  const A extends Answer<Known<P>> = Answer<Known<P>>,
>(answer: A, options?: PlanOptions & { readonly count?: number }): Plan<Known<P> & PoolsOf<A>>;

/**
 * Of the records of `answer` that are up, the first `count`, a whole number from 1 to 256: `take('us', 1)` serves the
 * first address of a pool, and the next one while that is down.
 */
export declare function take<P extends Pooled = string, const A extends Answer<Known<P>> = Answer<Known<P>>>(
  answer: A,
  count: number,
): Plan<Known<P> & PoolsOf<A>>;

/** Another name has the answer (not at the zone's own name, nor at one that has static records: RFC 1034 §3.6.2). */
export declare function cname(target: string, options?: PlanOptions): Plan<never>;

/**
 * The A and AAAA records of another name, which the server itself asks a resolver for, also at the zone's own name: what others
 * call ALIAS, ANAME or CNAME flattening. It is a pool without a name of the author's, that of `pools: { … : { alias: target } }`, and stands wherever
 * an answer does. A handler may answer with aliases that were made outside of it.
 *
 * @example hosts: { '@': alias('shop.cdn.example.net', { ttl: 60 }) }
 */
export declare function alias(target: string, options?: PlanOptions): Plan<never>;

/** The name exists and has no records of this type. */
export declare function nodata(): Plan<never>;

/** The name does not exist, nor does any below it (RFC 8020). Where it has static records, or other hosts are below it, `nodata`. */
export declare function nxdomain(): Plan<never>;

/** The server will not answer this client (REFUSED). */
export declare function refuse(): Plan<never>;

// ── The policy ───────────────────────────────────────────────────────────────────────────────

/**
 * Decides one query. It runs within the budget, and must give the same answer whenever it reads the same facts. A pool
 * that it names itself is one of the policy; for names from a table see {@link PoolName}.
 */
export type Handler<P extends Pooled = PoolName> = (query: Query<P>) => Answer<P>;

/** A type that a handler may answer. */
export type AnswerType =
  | Exclude<
      keyof Records,
      'ttl' | 'CDNSKEY' | 'CDS' | 'CSYNC' | 'DNAME' | 'DNSKEY' | 'DS' | 'NS' | 'ZONEMD' | number
    >
  | `TYPE${number}`;

/**
 * A handler with the types of the records that it writes itself. A zone that is signed (DNSSEC) must know beforehand
 * which types a name could have: those of all pools and of the fallback are known, others are declared here.
 *
 * @example hosts: { canary: { types: ['TXT'], decide: (query) => ({ TXT: query.client.country ?? 'unknown' }) } }
 */
export interface TypedHandler<P extends Pooled = PoolName> {
  readonly types: readonly AnswerType[];
  readonly decide: Handler<P>;
}

/** What decides a host. Names of pools in it are those of the policy, or of any. */
type Host<P extends string> =
  | Handler<P | OfAnyPolicy>
  | TypedHandler<P | OfAnyPolicy>
  | Answer<P | OfAnyPolicy>;

/** `P` are the names of its pools, which `definePolicy` takes from `pools`. */
export interface Policy<P extends string = string> {
  /** Seconds for which resolvers may keep answers that say nothing else. Default 30. */
  readonly ttl?: number;
  /** Seconds to which the TTL of the answers of pools may fall as a change of their health comes near: see {@link Pool.leastTtl}. */
  readonly leastTtl?: number;
  /** Milliseconds one run of a handler may take, 1 to the server's maximum. Default 5. */
  readonly budget?: number;
  /** Milliseconds from a query's arrival to its answer, whatever else the server does. Default 50. */
  readonly deadline?: number;
  /** The places to send clients to, by name. */
  readonly pools?: Readonly<Record<P, Pool<NoInfer<P> | OfAnyPolicy>>>;
  /** The answer when a handler throws, takes too long or returns nonsense. Served without running any code. */
  readonly fallback: Answer<NoInfer<P> | OfAnyPolicy>;
  /**
   * The names that are decided, relative to the zone: `'@'` (the zone itself), `'www'`, `'a.b'`, and
   * wildcards `'*'`, `'*.app'` (RFC 4592). A value that is no function, and has none, is the same for everyone.
   */
  readonly hosts?: Readonly<Record<string, Host<NoInfer<P>>>>;
  /** Records that never change, by relative name. A type found here is not asked of `hosts`. */
  readonly records?: Readonly<Record<string, StaticRecords>>;
}

/** Records of a name that never change; `ALIAS` is in place of A, AAAA and CNAME: the addresses of another name, see {@link alias}. */
export interface StaticRecords extends Records {
  readonly ALIAS?: string | readonly [target: string];
}

/**
 * Declares the policy of the zone the file is named after. Export its result as the default, once in
 * a file and all it imports.
 * @throws If a key is not known or a value is not of its type; ranges, names and values are checked when the file is loaded.
 */
export declare function definePolicy<const P extends string = never>(policy: Policy<P>): Policy<P>;

// Named here, not above: a declaration file without an export list exports all it declares.
export type { Plan };
