/** `grpc`: the health service that gRPC servers have (grpc.health.v1), which says SERVING. */
import { keyPath } from '../../base/key-path.ts';
import { createGrpcProber, type GrpcTarget } from './grpc-probe.ts';
import { aimsAt, type CheckKind, readPort } from './kind.ts';

export const GRPC: CheckKind<GrpcTarget> = {
  type: 'grpc',
  fields: ['port', 'address', 'service', 'tls', 'host'],
  read(check, path, reader) {
    const port = readPort(check, path, reader);
    const { service = '', tls = false, host } = check;
    if (typeof service !== 'string' || !/^[\w.-]{0,255}$/.test(service))
      reader.refuse(keyPath(path, 'service'), 'Must be the name of a service, such as "shop.v1.Orders"');
    if (typeof tls !== 'boolean') reader.refuse(keyPath(path, 'tls'), 'Must be true or false');
    if (host !== undefined && !(typeof host === 'string' && /^[\w.:-]{1,254}$/.test(host)))
      return reader.refuse(keyPath(path, 'host'), 'Must be a host name or an address');
    if (port === undefined) return undefined;
    return aimsAt<GrpcTarget>(check, path, reader, (address) => ({
      type: 'grpc',
      address,
      port,
      service: typeof service === 'string' ? service : '',
      tls: tls === true,
      host: host ?? address,
    }));
  },
  identity: ({ service, tls, host }) => ` ${service} host=${host}${tls ? ' tls' : ''}`,
  label: ({ service }) => (service === '' ? '' : ` ${service}`),
  createProber: createGrpcProber,
};
