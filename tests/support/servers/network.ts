/** A way to a server that can be cut: what is connected stays so and carries nothing more, as after a failover. */
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from '../processes/free-port.ts';

export interface Network extends AsyncDisposable {
  /** The way there. */
  url: string;
  /** Cuts all connections of now, without a word to either end. New ones work. */
  cut(): number;
}

export async function openNetwork(target: string): Promise<Network> {
  const { hostname, port: targetPort } = new URL(target);
  const ends = new Set<[Socket, Socket]>();
  const server = createServer((near) => {
    const far = connect(Number(targetPort), hostname);
    const pair: [Socket, Socket] = [near, far];
    ends.add(pair);
    near.pipe(far);
    far.pipe(near);
    for (const end of pair) {
      end.on('error', () => {});
      end.once('close', () => ends.delete(pair));
    }
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const url = new URL(target);
  url.host = `127.0.0.1:${port}`;
  const cut: Socket[] = [];
  return {
    url: url.href,
    cut: () => {
      const count = ends.size;
      for (const [near, far] of ends) {
        near.unpipe().pause();
        far.unpipe().pause();
        cut.push(near, far);
      }
      ends.clear();
      return count;
    },
    [Symbol.asyncDispose]: async () => {
      for (const end of [...cut, ...[...ends].flat()]) end.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
