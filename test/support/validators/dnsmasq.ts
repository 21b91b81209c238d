/** dnsmasq, which validates what a resolver behind it finds. */
import { startResolver, type ValidatorKind } from './validator.ts';

export const DNSMASQ: ValidatorKind = {
  name: 'dnsmasq',
  program: 'dnsmasq',
  start: ({ ds, plainResolver }) =>
    startResolver({
      name: 'dnsmasq',
      program: 'dnsmasq',
      args: (folder) => ['--keep-in-foreground', `--conf-file=${folder}/dnsmasq.conf`],
      files: (_, port) => ({
        'dnsmasq.conf': `
port=${port}
listen-address=127.0.0.1
bind-interfaces
user=root
group=root
pid-file=
no-resolv
no-hosts
log-facility=-
log-queries
server=${plainResolver.address}#${plainResolver.port}
dnssec
trust-anchor=.,${ds.tag},${ds.algorithm},${ds.digestType},${ds.digest}
`,
      }),
    }),
};
