import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { EventSource } from 'eventsource';
import { Window } from 'happy-dom';
import type { ApiNode } from './apiNode.ts';
import { until } from './peerMesh.ts';

const PAGE = new URL('../../src/api/page/', import.meta.url);
let opened = 0;

type Callback = (...args: unknown[]) => unknown;

/** The page as a browser runs it: its own document and script, and a real node's answers over a real port. */
export class OpenedPage implements Disposable {
  readonly #window = new Window();
  readonly #sources: EventSource[] = [];
  readonly #before = { fetch: globalThis.fetch, setTimeout: globalThis.setTimeout };
  #look: Callback = () => undefined;

  /** One at a time: a script finds its document and the network among the globals. */
  static async open(node: ApiNode): Promise<OpenedPage> {
    await node.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = node.app.server.address() as AddressInfo;
    const page = new OpenedPage();
    page.#become(`http://127.0.0.1:${port}`);
    opened += 1;
    await import(`${new URL('page.js', PAGE).href}?${opened}`);
    await until('the page to follow the node', () =>
      page.#sources.every(({ readyState, OPEN }) => readyState === OPEN),
    );
    return page;
  }

  /** What people read in a part of the page, its parts apart from each other. */
  text(id: string): string {
    const part = this.#part(id);
    const leaves = [...part.querySelectorAll('*')].filter(({ children }) => children.length === 0);
    return (leaves.length === 0 ? [part] : leaves).map(({ textContent }) => textContent.trim()).join(' ');
  }

  look(id: string): string {
    return this.#part(id).className;
  }

  count(selector: string): number {
    return this.#window.document.querySelectorAll(selector).length;
  }

  /** What the page does by itself every few seconds. */
  async again(): Promise<void> {
    await this.#look();
  }

  #become(url: string): void {
    const html = readFileSync(new URL('index.html', PAGE), 'utf8').replace(/<(?:script|link).*>/g, '');
    this.#window.document.write(html);
    const sources = this.#sources;
    const { fetch: realFetch, setTimeout: realTimeout } = globalThis;
    Object.assign(globalThis, {
      document: this.#window.document,
      fetch: (asked: string | URL, options?: RequestInit) => realFetch(new URL(asked, url), options),
      EventSource: class extends EventSource {
        constructor(path: string) {
          super(new URL(path, url));
          sources.push(this);
        }
      },
      setTimeout: (callback: Callback, ms: number) => {
        if (callback.name !== 'look') return realTimeout(callback, ms);
        this.#look = callback;
        return undefined;
      },
    });
  }

  #part(id: string): NonNullable<ReturnType<Window['document']['getElementById']>> {
    const part = this.#window.document.getElementById(id);
    if (part === null) throw new Error(`the page has no part ${id}`);
    return part;
  }

  [Symbol.dispose](): void {
    for (const source of this.#sources) source.close();
    Object.assign(globalThis, this.#before);
  }
}
