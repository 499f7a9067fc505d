import type { Noun } from '../verb.ts';
import { redeemVerb } from './token/hold.ts';
import { balanceVerb, listVerb, showVerb } from './token/look.ts';
import { supplyVerb } from './token/supply.ts';
import { createVerb, offboardVerb, onboardVerb, pauseVerb, unpauseVerb } from './token/venue.ts';

/** `twinspan token …` */
export const tokenNoun: Noun = {
  name: 'token',
  summary: 'mirror tokens on the trading chain: list, show, balance, supply, create, onboard, pause, redeem',
  verbs: [
    listVerb,
    showVerb,
    balanceVerb,
    supplyVerb,
    createVerb,
    onboardVerb,
    offboardVerb,
    pauseVerb,
    unpauseVerb,
    redeemVerb,
  ],
};
