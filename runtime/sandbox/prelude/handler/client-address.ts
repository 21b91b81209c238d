/**
 * The client's address as handlers see it. `ecsAddress` is the client's network, /24 or /56, whether or not
 * the resolver sent it: the host can remember an answer by network, but not one by address.
 */
import { currentRun, FIELD, fieldOf, wasRead } from '../facts.ts';
import { readClient } from '../query.ts';

/** The client's network, without its length. */
export function networkAddress(): string {
  return addressOf(String(readClient('subnet')));
}

/** The length of the client's network. */
export function networkLength(): number {
  return lengthOf(String(readClient('subnet')));
}

/** The lowest and the highest address of an IPv4 network as integers; empty for IPv6. */
export function networkRange(): readonly [low: number, high: number] | readonly [] {
  const subnet = String(readClient('subnet'));
  if (subnet.includes(':')) return [];
  const low = addressOf(subnet)
    .split('.')
    .reduce((value, octet) => value * 256 + Number(octet), 0);
  return [low, low + 2 ** (32 - lengthOf(subnet)) - 1];
}

/** Whether this is the client's address or network, which this handler has read before. */
export function isClientAddress(text: string): boolean {
  const run = currentRun();
  if (text === fieldOf(run, FIELD.ip) && wasRead('client.ip')) return true;
  return text === addressOf(fieldOf(run, FIELD.subnet)) && wasRead('client.subnet');
}

function addressOf(subnet: string): string {
  return subnet.slice(0, subnet.indexOf('/'));
}

function lengthOf(subnet: string): number {
  return Number(subnet.slice(subnet.indexOf('/') + 1));
}
