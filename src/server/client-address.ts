/** Whose request it is. What a proxy says of that is believed only of proxies that the settings name. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

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
    let address = withoutMapping(request.socket.remoteAddress ?? '');
    if (trusted.length === 0) return address;
    // From the nearest proxy outwards: the first that is none of ours is the client.
    const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
    while (isProxy(address)) {
      const before = withoutMapping(forwarded.pop()?.trim() ?? '');
      if (isIP(before) === 0) break;
      address = before;
    }
    return address;
  };
}

/** The same client over IPv4, whether or not the server listens on IPv6. */
function withoutMapping(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}
