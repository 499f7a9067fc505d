import { decodeHeader, Fault, headerOfPayload, signatureFromDer } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { isDisagreement } from './fabricFault.ts';
import { toArgument } from './json.ts';
import { memberOf, type Member } from './member.ts';
import { endorsedBytesOf } from './preparedTransaction.ts';
import { DISAGREEMENT_SCHEDULE, withRetry } from './retry.ts';
import type { AssetSession } from './session.ts';
import { endorse } from './submit.ts';
import { verifiesNatively } from './verifiesNatively.ts';

/** One peer's signature over `sha256(payload ‖ identity)`, checked before it is handed out. */
export interface PeerEndorsement extends Member {
  readonly r: Hex;
  /** In the lower half. */
  readonly s: Hex;
}

/** A committed read of an epoch's header, endorsed and never submitted. */
export interface EndorsedEpoch {
  readonly laneId: bigint;
  readonly epoch: bigint;
  /** ProposalResponsePayload bytes that the endorsements sign. */
  readonly payload: Uint8Array;
  /** 204 bytes. */
  readonly header: Uint8Array;
  readonly endorsements: readonly PeerEndorsement[];
}

export interface EndorsementVerbs {
  /**
   * Asks the named orgs to endorse `readEpoch`. A read that races a commit is asked again.
   * @throws Fault when an org cannot be reached, answers differently, or a signature does not verify.
   */
  endorseEpoch(laneId: bigint, epoch: bigint, mspIds: readonly string[]): Promise<EndorsedEpoch>;
}

export function endorsementVerbs(session: AssetSession): EndorsementVerbs {
  return {
    endorseEpoch: async (laneId, epoch, mspIds) => {
      const options = { arguments: [toArgument({ laneId, epoch })], endorsingOrganizations: [...mspIds] };
      const transaction = await withRetry({ schedule: DISAGREEMENT_SCHEDULE, again: isDisagreement }, () =>
        endorse(session, 'readEpoch', options),
      );
      const { payload, endorsements } = endorsedBytesOf(transaction.getBytes());
      const header = headerOfPayload(payload, session.options.chaincode);
      requireEpoch(header, laneId, epoch);
      const checked = endorsements.map(({ identity, signature }) => checkedEndorsement(payload, identity, signature));
      requireOrgs(checked, mspIds);
      return { laneId, epoch, payload, header, endorsements: checked };
    },
  };
}

function checkedEndorsement(payload: Uint8Array, identity: Uint8Array, signature: Uint8Array): PeerEndorsement {
  const member = memberOf(identity);
  const { r, s } = signatureFromDer(signature);
  if (!verifiesNatively(payload, member, { r, s })) {
    throw new Fault('SIGNATURE_BAD', `the endorsement of ${member.mspId} does not verify`);
  }
  return { ...member, r, s };
}

function requireEpoch(header: Uint8Array, laneId: bigint, epoch: bigint): void {
  const decoded = decodeHeader(header);
  if (decoded.laneId !== laneId || decoded.epoch !== epoch) {
    const got = `epoch ${decoded.epoch.toString()} of lane ${decoded.laneId.toString()}`;
    throw new Fault(
      'HEADER_BAD',
      `the peers endorsed ${got} when epoch ${epoch.toString()} of ${laneId.toString()} was asked`,
    );
  }
}

function requireOrgs(endorsements: readonly PeerEndorsement[], mspIds: readonly string[]): void {
  const missing = mspIds.filter((mspId) => !endorsements.some((endorsement) => endorsement.mspId === mspId));
  if (missing.length > 0) throw new Fault('ENDORSEMENTS_SHORT', `${missing.join(', ')} did not endorse`);
}
