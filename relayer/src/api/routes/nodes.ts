import { z } from 'zod';
import type { App } from '../app.ts';
import { refusals } from '../errors.ts';
import { decimal } from '../fields.ts';
import { ROLES } from '../../config/roles.ts';
import { EXPENSIVE } from '../limits.ts';
import type { ApiModules } from '../modules.ts';
import { attestorStandings } from '../views/attestorStandings.ts';

const peer = z.object({
  node: z.string(),
  operator: z.string(),
  roles: z.array(z.enum(ROLES)),
  peerId: z.string(),
  isConnected: z.boolean(),
});

const attestor = z.object({
  operator: z.string().optional().describe('absent for a signer without a card'),
  address: z.string(),
  nodes: z.array(z.string()),
  attestations: z.int().describe('kept here'),
  lastBlock: decimal.optional().describe('newest block that it is seen to have signed'),
});

/** The other nodes, as this one sees them. */
export function nodeRoutes(app: App, modules: ApiModules): void {
  const { cards, node, connected } = modules;
  app.get(
    '/v1/peers',
    {
      schema: {
        tags: ['nodes'],
        summary: 'the other nodes and whether they are connected',
        response: { 200: z.object({ peers: z.array(peer) }), ...refusals },
      },
    },
    () => {
      const present = connected();
      const others = cards.filter((card) => card.node !== node);
      const peers = others.map((card) => ({
        ...card,
        roles: [...card.roles],
        isConnected: present.includes(card.peerId),
      }));
      return { peers };
    },
  );

  app.get(
    '/v1/attestors',
    {
      schema: {
        tags: ['nodes'],
        summary: 'what each operator signed, as seen by this node',
        response: { 200: z.object({ attestors: z.array(attestor) }), ...refusals },
      },
      config: EXPENSIVE,
    },
    async () => ({ attestors: await attestorStandings(modules) }),
  );
}
