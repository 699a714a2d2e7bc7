/**
 * All open WebSockets: finds those whose client is silent, reads too little, or has been here for hours, and closes all
 * of them in slices when the instance ends, so that they do not come back to the others in one moment.
 */
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { Delivery } from '../streams/delivery.ts';
import { inSlices } from '../streams/in-slices.ts';

export interface SocketPeers {
  add(webSocket: WebSocket, socket: Socket): void;
  readonly size: number;
  /** Tells every client to come back elsewhere, over so many milliseconds, and cuts who does not leave. */
  closeAll(milliseconds: number): Promise<void>;
}

interface Peer {
  webSocket: WebSocket;
  delivery: Delivery;
  /** Milliseconds of the process's clock. */
  leavesAt: number;
  /** Pings in a row without an answer. */
  missed: number;
}

const LOOK_MILLISECONDS = 10_000;
/** A ping every 20 s and two unanswered: a client that is gone without a word is found within a minute. */
const LOOKS_PER_PING = 2;
const MOST_MISSED = 2;
/** Thirty seconds for what was written: it resumes from the log whenever it wants. */
const MOST_LATE = 3;
/** Four hours, give or take one, so that a balancer can even out its instances. */
const AGE_MILLISECONDS = 4 * 3_600_000;
const AGE_SPREAD = 3_600_000;
/** Peers looked at before everything else has its turn. */
const PEERS_AT_ONCE = 250;

/** Service restart, and try again later: clients of graphql-ws come back after both. */
const RESTART = 1012;
export const TRY_AGAIN_LATER = 1013;

/** `look` is the time between two looks, in milliseconds. */
export function watchPeers(look = LOOK_MILLISECONDS): SocketPeers {
  const peers = new Set<Peer>();
  let looks = 0;
  let looking = false;

  async function lookAround(): Promise<void> {
    if (looking) return;
    looking = true;
    looks += 1;
    let seen = 0;
    for (const peer of peers) {
      inspect(peer, looks % LOOKS_PER_PING === 0);
      seen += 1;
      if (seen % PEERS_AT_ONCE === 0) await setImmediate();
    }
    looking = false;
  }

  const timer = setInterval(() => void lookAround(), look);
  timer.unref();
  return {
    add: (webSocket, socket) => {
      const leavesAt = performance.now() + AGE_MILLISECONDS + (Math.random() * 2 - 1) * AGE_SPREAD;
      const peer: Peer = { webSocket, delivery: new Delivery(socket), leavesAt, missed: 0 };
      peers.add(peer);
      webSocket.on('pong', () => {
        peer.missed = 0;
      });
      webSocket.once('close', () => peers.delete(peer));
    },
    get size() {
      return peers.size;
    },
    closeAll: async (milliseconds) => {
      clearInterval(timer);
      await inSlices([...peers], milliseconds, ({ webSocket }) => webSocket.close(RESTART, 'Service restart'));
      // Who answers the closing has left by now.
      for (const { webSocket } of peers) webSocket.terminate();
    },
  };
}

function inspect(peer: Peer, ping: boolean): void {
  const { webSocket, delivery } = peer;
  if (delivery.look() >= MOST_LATE) {
    webSocket.close(TRY_AGAIN_LATER, 'Too little was read for too long');
    webSocket.terminate();
  } else if (peer.missed >= MOST_MISSED) {
    webSocket.terminate();
  } else if (performance.now() > peer.leavesAt) {
    webSocket.close(RESTART, 'Connected for hours');
  } else if (ping) {
    peer.missed += 1;
    webSocket.ping();
  }
}
