import { describe, it } from 'node:test';
import { withoutSinglePoint } from '@twinspan/relayer';
import { surviveBacklog } from '../integration/backlog.ts';
import { openRig } from '../integration/rig.ts';

const PORT_OFFSET = 3_000;
const WAITING = 20_000;
/** Several, so that the locks of several transactions at once do not conflict. */
const RECORDS = 8;
const TIMEOUT_MS = 600_000;

describe('all nodes down for long', () => {
  it(`with ${WAITING} locks waiting, which are all minted once the nodes are up`, async (context) => {
    const nodes = { topology: withoutSinglePoint, finality: { depth: 1 } };
    await using rig = await openRig(RECORDS, { portOffset: PORT_OFFSET, nodes });
    const seconds = await surviveBacklog(rig, WAITING, TIMEOUT_MS);
    context.diagnostic(`${WAITING} locks minted in ${seconds.toFixed(1)} s`);
    await rig.balances(BigInt(WAITING), 0n);
  });
});
