/**
 * Where the follower may go: hosts that the settings name, as they are named; and the rest of the public web over https,
 * whose certificates an inner service has not. A page that somebody took over leads nowhere else.
 */
import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';

export interface CheckedAddress {
  /** Why the address is not asked, in a sentence; null: it may be. */
  why: string | null;
  /** Where to connect, so that no second look-up leads elsewhere; null: wherever the system finds the host. */
  hosts: readonly string[] | null;
}

export type CheckAddress = (address: string) => Promise<CheckedAddress>;

/** The addresses of a host. Rejects where it has none. */
export type LookUp = (host: string) => Promise<readonly string[]>;

/** `named` are addresses of the settings. */
export function createAddressCheck(named: readonly string[], lookUp: LookUp = lookUpByDns): CheckAddress {
  const origins = new Set(named.map((address) => new URL(address).origin));
  return async (address) => {
    const url = new URL(address);
    if (url.username !== '' || url.password !== '') return refused('The address has a user in it.');
    if (origins.has(url.origin)) return { why: null, hosts: null };
    if (url.protocol !== 'https:' || url.port !== '')
      return refused(`${url.origin} is not named in the settings, and not public https.`);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    // A name that does not resolve is for the request to report: it has nowhere to go.
    const hosts = ipaddr.isValid(host) ? [host] : await lookUp(host).catch(() => []);
    const inner = hosts.find((each) => !isPublic(each));
    return inner === undefined
      ? { why: null, hosts }
      : refused(`${host} is ${inner}, which is no address of the public web.`);
  };
}

const refused = (why: string): CheckedAddress => ({ why, hosts: [] });

/** `::ffff:127.0.0.1` is what it stands for. */
const isPublic = (address: string): boolean => ipaddr.process(address).range() === 'unicast';

const lookUpByDns: LookUp = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);
