import type { Noun } from '../verb.ts';
import { confirmVerb } from './record/confirm.ts';
import { decisionVerbs } from './record/decide.ts';
import { listVerb, showVerb } from './record/look.ts';
import { appraiseVerb, registerVerb, valueVerb } from './record/write.ts';

/** `twinspan record …` */
export const recordNoun: Noun = {
  name: 'record',
  summary: 'registered rights: register, appraise, confirm, value, freeze, unfreeze, revoke, show, list',
  verbs: [registerVerb, appraiseVerb, confirmVerb, valueVerb, ...decisionVerbs, showVerb, listVerb],
};
