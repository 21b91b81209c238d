/** PowerDNS Recursor, whose aggressive NSEC cache is on by itself. */
import { dsText, hintsText, startResolver, type ValidatorKind } from './validator.ts';

export const RECURSOR: ValidatorKind = {
  name: 'PowerDNS Recursor',
  program: 'pdns_recursor',
  start: (root) =>
    startResolver({
      name: 'PowerDNS Recursor',
      program: 'pdns_recursor',
      args: (folder) => [`--config-dir=${folder}`],
      files: (folder, port) => ({
        'root.hints': hintsText(root),
        'anchors.lua': `clearTA('.')\naddTA('.', "${dsText(root.ds)}")\n`,
        'recursor.conf': `
local-address=127.0.0.1
local-port=${port}
query-local-address=0.0.0.0
daemon=no
threads=1
hint-file=${folder}/root.hints
lua-config-file=${folder}/anchors.lua
dnssec=validate
dnssec-log-bogus=yes
dont-query=
security-poll-suffix=
socket-dir=${folder}
disable-syslog=yes
loglevel=4
`,
      }),
    }),
};
