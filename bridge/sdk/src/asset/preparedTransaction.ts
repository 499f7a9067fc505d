import { common, gateway, peer } from '@hyperledger/fabric-protos';
import { Fault } from '@twinspan/protocol';

/** What peers signed, taken out of a transaction that the gateway prepared for submission. */
export interface EndorsedBytes {
  /** ProposalResponsePayload. */
  readonly payload: Uint8Array;
  readonly endorsements: readonly { readonly identity: Uint8Array; readonly signature: Uint8Array }[];
}

/** @throws Fault PAYLOAD_BAD unless the transaction holds exactly one endorsed action. */
export function endorsedBytesOf(preparedTransaction: Uint8Array): EndorsedBytes {
  const envelope = gateway.PreparedTransaction.deserializeBinary(preparedTransaction).getEnvelope();
  const payload = common.Payload.deserializeBinary(envelope?.getPayload_asU8() ?? new Uint8Array());
  const [action, ...others] = peer.Transaction.deserializeBinary(payload.getData_asU8()).getActionsList();
  if (action === undefined || others.length > 0) {
    throw new Fault('PAYLOAD_BAD', 'the prepared transaction does not hold exactly one action');
  }
  const endorsed = peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8()).getAction();
  if (endorsed === undefined) throw new Fault('PAYLOAD_BAD', 'the prepared transaction holds no endorsed action');
  return {
    payload: endorsed.getProposalResponsePayload_asU8(),
    endorsements: endorsed.getEndorsementsList().map((endorsement) => ({
      identity: endorsement.getEndorser_asU8(),
      signature: endorsement.getSignature_asU8(),
    })),
  };
}
