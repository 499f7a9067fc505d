import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

interface Pair {
  readonly near: Socket;
  /** Absent while the link is cut before the connection reached the other side. */
  far?: Socket;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/**
 * One direction of one link: a port of its own whose connections are passed on to a target. Cut, it does what a network
 * does that loses every packet: nothing arrives, nobody is told, and what was on its way arrives after the healing.
 */
export class Link {
  readonly target: Endpoint;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #isCut = false;

  private constructor(target: Endpoint) {
    this.target = target;
    this.#server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (near) => {
      this.#accept(near);
    });
  }

  static async open(target: Endpoint): Promise<Link> {
    const link = new Link(target);
    link.#server.listen(0, target.host);
    await once(link.#server, 'listening');
    return link;
  }

  /** Where to connect instead of to the target. */
  get endpoint(): Endpoint {
    const { port } = this.#server.address() as AddressInfo;
    return { host: this.target.host, port };
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  cut(): void {
    this.#isCut = true;
    for (const { near, far } of this.#pairs) {
      if (far === undefined) continue;
      near.unpipe(far);
      far.unpipe(near);
    }
  }

  heal(): void {
    this.#isCut = false;
    for (const pair of this.#pairs) this.#join(pair);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far?.destroy();
    }
    await closed;
  }

  #accept(near: Socket): void {
    const pair: Pair = { near };
    this.#pairs.add(pair);
    this.#watch(near, pair);
    if (!this.#isCut) this.#join(pair);
  }

  #join(pair: Pair): void {
    if (pair.far === undefined) {
      pair.far = connect({ ...this.target, allowHalfOpen: true });
      this.#watch(pair.far, pair);
    }
    if (pair.near.destroyed || pair.far.destroyed) {
      this.#end(pair);
      return;
    }
    pair.near.pipe(pair.far);
    pair.far.pipe(pair.near);
  }

  /** Its end reaches the other side, once it can. */
  #watch(socket: Socket, pair: Pair): void {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (!this.#isCut) this.#end(pair);
    });
  }

  #end(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.near.destroy();
    pair.far?.destroy();
  }
}
