import { Link } from './link.ts';
import type { Endpoint } from './link.ts';

/** What a node connects to: a name and host:port. */
export interface Target {
  readonly name: string;
  readonly endpoint: string;
}

/** All links of a network that are to be cut: from every node to every target. */
export class Links {
  readonly #links: ReadonlyMap<string, Link>;
  readonly #endpoints: ReadonlyMap<string, string>;

  private constructor(links: ReadonlyMap<string, Link>, targets: readonly Target[]) {
    this.#links = links;
    this.#endpoints = new Map(targets.map(({ name, endpoint }) => [endpoint, name]));
  }

  /** @param nodes names of the nodes that connect; a target may be one of them */
  static async open(nodes: readonly string[], targets: readonly Target[]): Promise<Links> {
    const pairs = nodes.flatMap((from) => targets.filter(({ name }) => name !== from).map((to) => ({ from, to })));
    const links = await Promise.all(
      pairs.map(async ({ from, to }) => [keyOf(from, to.name), await Link.open(endpointIn(to.endpoint))] as const),
    );
    return new Links(new Map(links), targets);
  }

  /** Where a node reaches a target's host:port: through its link, or directly when there is none. */
  route(from: string, endpoint: string): string {
    const link = this.#links.get(keyOf(from, this.#endpoints.get(endpoint) ?? endpoint));
    return link === undefined ? endpoint : `${link.endpoint.host}:${link.endpoint.port}`;
  }

  /** Cuts what leads from one to the other and, between two nodes, back. @throws Error when nothing does */
  cut(from: string, to: string): void {
    for (const link of this.#between(from, to)) link.cut();
  }

  /** Ends a cut. @throws Error when there is no link */
  heal(from: string, to: string): void {
    for (const link of this.#between(from, to)) link.heal();
  }

  /** Cuts every link between nodes of different groups; what nodes have with the chains stays. */
  partition(...groups: readonly (readonly string[])[]): void {
    for (const [place, group] of groups.entries()) {
      const others = groups.slice(place + 1).flat();
      for (const from of group) for (const to of others) this.cut(from, to);
    }
  }

  healAll(): void {
    for (const link of this.#links.values()) if (link.isCut) link.heal();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#links.values()].map((link) => link.close()));
  }

  #between(from: string, to: string): Link[] {
    const found = [keyOf(from, to), keyOf(to, from)].flatMap((key) => this.#links.get(key) ?? []);
    if (found.length === 0) throw new Error(`nothing links ${from} and ${to}`);
    return found;
  }
}

function keyOf(from: string, to: string): string {
  return `${from} ${to}`;
}

function endpointIn(text: string): Endpoint {
  const [host = '', port] = text.split(':');
  return { host, port: Number(port) };
}
