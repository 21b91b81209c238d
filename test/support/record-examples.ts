/** Records of every type that has a text form, each as it is printed; names are absolute. */
import type { RRTYPE } from '../../runtime/wire/iana/rrtype.ts';

const SHA1 = '2bb183af5f22588179a53b0a98631fad1a292118';
const SHA256 = 'd2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971';
const SHA384 =
  'febe3d4ce2ec2ffa4ba99d46cd69d6d29711e55217057bee7eb1a7b641a47ba7fed2dd5b97ae499fafa4f22c6bd647de';
const KEY =
  'AQPSKmynfzW4kyBv015MUG2DeIQ3Cbl+BBZH4b/0PY1kxkmvHjcZc8nokfzj31GajIQKY+5CptLr3buXA10hWqTkF7H6RfoRqXQeogmMHfpftf6zMv1LyBUgia7za6ZEzOJBOztyvhjL742iU/TpPSEDhm2SNKLijfUppn1UaNvv4w==';

/** By mnemonic, common types first. */
export const RECORD_EXAMPLES: Readonly<Partial<Record<keyof typeof RRTYPE, readonly string[]>>> = {
  A: ['192.0.2.10'],
  AAAA: ['2001:db8::10', '::ffff:192.0.2.1', '::'],
  NS: ['ns1.example.net.'],
  CNAME: ['www.example.net.'],
  SOA: ['ns1.example.com. hostmaster.example.com. 4294967295 7200 900 1209600 300'],
  PTR: ['www.example.net.', String.raw`a\.b.\000\255\@.example.net.`],
  MX: ['10 mail.example.net.', '0 .'],
  TXT: [
    '"v=spf1 -all"',
    '""',
    String.raw`"two" "strings; with \"quotes\", a \\ and \000\255"`,
    `"${'x'.repeat(255)}"`,
  ],
  DNAME: ['Example.NET.'],
  SRV: ['0 5 5060 sip.example.net.', '65535 65535 65535 .'],
  CAA: ['0 issue "ca.example.net; policy=ev"', '128 iodef "mailto:security@example.com"', '0 issuewild ";"'],
  NAPTR: [
    '100 10 "" "" "" cid.example.net.',
    String.raw`100 50 "u" "E2U+sip" "!^(.*)$!sip:\\1@example.com!i" .`,
  ],
  TLSA: [`3 1 1 ${SHA256}`, `0 0 2 ${SHA256}${SHA256}`, '1 0 0 3082010a', '255 255 255 00'],
  SMIMEA: [`3 0 1 ${SHA256}`],
  SSHFP: [`4 2 ${SHA256}`, `1 1 ${SHA1}`, '3 200 abcdef'],
  DS: [`60485 5 1 ${SHA1}`, `12345 13 2 ${SHA256}`, `12345 14 4 ${SHA384}`],
  DNSKEY: [`256 3 5 ${KEY}`, `257 3 13 ${KEY}`],
  CDS: [`60485 13 2 ${SHA256}`, '0 0 0 00'],
  CDNSKEY: [`257 3 13 ${KEY}`, '0 3 0 AA=='],
  CSYNC: ['66 3 A NS AAAA', '4294967295 0 TYPE65280'],
  URI: ['10 1 "ftp://ftp1.example.com/public"'],
  LOC: [
    '42 21 54.000 N 71 6 18.000 W -24.00m 30.00m 10000.00m 10.00m',
    '90 0 0.000 S 180 0 0.000 E 42849672.95m 0.00m 90000000.00m 0.05m',
    '0 0 0.001 N 0 0 59.999 W -100000.00m 1.00m 20.00m 2.00m',
  ],
  HINFO: ['"PC-Intel-700mhz" "Redhat Linux 7.1"', '"" ""'],
  RP: ['louie.trantor.example.net. LAM1.people.example.net.', '. .'],
  OPENPGPKEY: [KEY],
  SVCB: [
    '0 svc.example.net.',
    '1 . alpn="h2,h3" no-default-alpn port=8443 ipv4hint=192.0.2.1,192.0.2.2 ech=AEX+DQ== ipv6hint=2001:db8::1',
    '16 svc.example.net. mandatory=port,ipv4hint port=53 ipv4hint=192.0.2.1 key65333="\\"abc\\001"',
  ],
  HTTPS: ['0 www.example.net.', String.raw`1 . alpn="f\\\\oo\\,bar,h2" port=1`],
  ZONEMD: [`2018031500 1 1 ${SHA384}`, `1 1 2 ${SHA256}${SHA256}`, `1 255 240 ${SHA256}`],
  EUI48: ['00-00-5e-00-53-2a'],
  EUI64: ['00-00-5e-ef-10-00-00-2a'],
  AFSDB: ['1 Bigbird.toaster.example.net.'],
  APL: ['1:192.168.32.0/21 !1:192.168.38.0/28', '1:224.0.0.0/4 2:ff00::/8', '1:0.0.0.0/0 !2:::/128', ''],
  IPSECKEY: [
    '10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
    '10 2 2 2001:db8:0:8002::2000:1 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
    '10 3 2 mygateway.example.net. AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
    '10 0 2 . AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==',
  ],
  HIP: [
    `2 200100107B1A74DF365639CC39F1D578 ${KEY}`,
    `2 200100107B1A74DF365639CC39F1D578 ${KEY} RVS1.example.net. rvs2.example.net.`,
  ],
  AMTRELAY: ['10 0 1 203.0.113.15', '10 1 2 2001:db8::15', '128 1 3 Relays.example.net.', '10 0 0 .'],
  X25: ['"311061700956"'],
  ISDN: ['"150862028003217" "004"', '"150862028003217"'],
  GPOS: ['"-32.6882" "116.8652" "10.0"'],
  KEY: [`512 3 13 ${KEY}`],
  AVC: ['"app-name:WOLFGANG|app-class:OAM"'],
  CERT: ['1 65535 8 AQIDBA==', '254 0 0 AA=='],

  SPF: ['"v=spf1 -all"'],
  DHCID: ['AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA='],
  KX: ['10 kx.example.net.'],
  RT: ['2 relay.example.net.'],
  PX: ['50 net2.example.net. PRMD-net2.ADMD-p400.C-it.'],
  MB: ['mail.example.net.'],
  MG: ['mail.example.net.'],
  MR: ['mail.example.net.'],
  MD: ['mail.example.net.'],
  MF: ['mail.example.net.'],
  MINFO: ['requests.example.net. errors.example.net.'],
  NID: ['10 0014:4fff:ff20:ee64'],
  L32: ['10 10.1.2.0'],
  L64: ['10 2001:0db8:1140:1000'],
  LP: ['10 l64-subnet1.example.net.'],
  RESINFO: ['"qnamemin" "exterr=15-17" "infourl=https://resolver.example.com/guide"'],
  WALLET: ['"ETH" "0xabcdef"'],
  RRSIG: [
    'A 5 3 86400 20030322173103 20030220173103 2642 Example.com. oJB1W6WNGv+ldvQ3WDG0MQkg5IEhjRip8WTr',
    'TYPE65280 13 0 2147483647 20380119031408 19700101000000 65535 . AA==',
  ],
  SIG: ['A 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1W6WNGv+ldvQ3WDG0MQkg5IEhjRip8WTr'],
  NSEC: ['Host.example.com. A MX RRSIG NSEC TYPE1234', '. TYPE65535'],
  NSEC3: [
    '1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr NS SOA MX RRSIG DNSKEY NSEC3PARAM',
    '1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr',
  ],
  NSEC3PARAM: ['1 0 12 aabbccdd', '1 0 0 -'],
};
