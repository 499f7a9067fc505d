import type { FastifyReply } from 'fastify';
import type { EventRing, LiveEvent } from '../chronicle/eventRing.ts';
import { HEARTBEAT_MS, UNREAD_BYTES, WATCHERS } from './limits.ts';

interface Asked {
  readonly lane?: bigint | undefined;
  /** The last one that the client has. */
  readonly lastId?: string | undefined;
}

/** Clients that follow live events, each as text/event-stream. One that does not read is let go. */
export class Watchers {
  readonly #ring: EventRing;
  readonly #onCount: (count: number) => void;
  readonly #open = new Set<() => void>();

  constructor(ring: EventRing, onCount: (count: number) => void) {
    this.#ring = ring;
    this.#onCount = onCount;
  }

  get isFull(): boolean {
    return this.#open.size >= WATCHERS;
  }

  /** Takes the connection over from the server. */
  watch(reply: FastifyReply, { lane, lastId }: Asked): void {
    const headers = reply.getHeaders();
    reply.hijack();
    const response = reply.raw;
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const write = (text: string): void => {
      if (!response.destroyed) response.write(text);
      if (response.writableLength > UNREAD_BYTES) response.destroy();
    };
    const tell = (event: LiveEvent): void => {
      if (lane === undefined || event.laneId === undefined || event.laneId === lane) write(frameOf(event));
    };
    const { events, isGap } = this.#ring.after(lastId);
    write(`retry: 2000\n${isGap ? 'event: gap\ndata: {}\n' : ': welcome\n'}\n`);
    for (const event of events) tell(event);
    const silence = this.#ring.listen(tell);
    const heartbeat = setInterval(() => {
      write(': alive\n\n');
    }, HEARTBEAT_MS);
    const close = (): void => {
      silence();
      clearInterval(heartbeat);
      this.#open.delete(close);
      this.#onCount(this.#open.size);
      response.destroy();
    };
    this.#open.add(close);
    this.#onCount(this.#open.size);
    response.on('close', close).on('error', close);
  }

  close(): void {
    for (const close of [...this.#open]) close();
  }
}

function frameOf({ id, kind, atMs, laneId, details }: LiveEvent): string {
  const data = JSON.stringify({ atMs, laneId, ...details }, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return `id: ${id}\nevent: ${kind}\ndata: ${data}\n\n`;
}
