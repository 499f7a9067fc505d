import type { Guests } from '../../../../relayer/test/fakes/peerMesh.ts';

/** news: items as a node says them. alone: each in a message of its own. */
export type Saying = 'news' | 'alone' | 'garbage' | 'replay';

/** What the parent tells a child; each order is answered with its id. */
export type Order = { readonly id: number } & (
  | { readonly do: 'be-node'; readonly guests: Guests; readonly itemsPerSecond: number }
  | { readonly do: 'be-guest'; readonly guests: Guests; readonly place: number; readonly listens: boolean }
  | { readonly do: 'sign'; readonly items: readonly { readonly place: number; readonly blocksBehind: number }[] }
  | {
      readonly do: 'say';
      readonly kind: Saying;
      readonly from: number;
      readonly count: number;
      readonly perSecond: number;
    }
  | { readonly do: 'facts' }
);

/** What the node under test says of itself. */
export interface Facts {
  readonly peers: readonly {
    readonly name: string;
    readonly accept: number;
    readonly ignore: number;
    readonly reject: number;
    readonly isShutOut: boolean;
    readonly isConnected: boolean;
  }[];
  readonly rss: number;
  readonly cpuSeconds: number;
}
