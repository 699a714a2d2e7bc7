/**
 * Whose request it is, as limits count it. What a proxy says of that is believed only of proxies that the settings
 * name. A subscriber of IPv6 is given a network of 2^64 addresses, so there the network counts.
 */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** The key by which limits count: an address of IPv4, or the first 64 bits of one of IPv6 as `2001:db8:0:7::/64`. */
export type ReadAddress = (request: IncomingMessage) => string;

/** `trusted` are addresses and networks such as 10.0.0.0/8. */
export function createAddressReader(trusted: readonly string[]): ReadAddress {
  const proxies = new BlockList();
  for (const each of trusted) {
    const [address = '', prefix] = each.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) proxies.addAddress(address, family);
    else proxies.addSubnet(address, Number(prefix), family);
  }
  const isProxy = (address: string): boolean =>
    isIP(address) !== 0 && proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return (request) => {
    if (trusted.length === 0) return limitKey(request.socket.remoteAddress ?? '');
    let address = withoutMapping(request.socket.remoteAddress ?? '');
    // From the nearest proxy outwards: the first that is none of ours is the client.
    const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
    while (isProxy(address)) {
      const before = withoutMapping(forwarded.pop()?.trim() ?? '');
      if (isIP(before) === 0) break;
      address = before;
    }
    return limitKey(address);
  };
}

/** What is no address of IPv6 is its own key. */
export function limitKey(address: string): string {
  const plain = withoutMapping(address);
  if (isIP(plain) !== 6) return plain;
  const network = groupsOf(plain).slice(0, 4);
  return `${network.map((group) => group.toString(16)).join(':')}::/64`;
}

/** The same client over IPv4, whether or not the server listens on IPv6; an address without its zone (`%eth0`). */
function withoutMapping(address: string): string {
  if (!address.includes(':')) return address;
  const [plain = ''] = address.split('%', 1);
  if (isIP(plain) !== 6) return plain;
  const groups = groupsOf(plain);
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped ? [high >> 8, high & 255, low >> 8, low & 255].join('.') : plain;
}

/** The eight groups of an address of IPv6, which has been found to be one. */
function groupsOf(address: string): number[] {
  const dotted = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...bytes: string[]) => {
    const [first = 0, second = 0, third = 0, fourth = 0] = bytes.slice(0, 4).map(Number);
    return `${(first * 256 + second).toString(16)}:${(third * 256 + fourth).toString(16)}`;
  });
  const [left = [], right] = dotted.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const zeros = right === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...new Array<string>(zeros).fill('0'), ...(right ?? [])].map((group) => Number.parseInt(group, 16));
}
