import type { FaultEntry } from './faultEntry.ts';

/** Refusals that any side may give: encodings, signatures and proofs. */
export const cryptographyFaults = {
  ENCODING_BAD: {
    meaning: 'Bytes or text break the encoding of the protocol.',
    remedy: 'park',
    advice: 'Compare the value with the golden vectors; do not repair it by hand.',
  },
  COMMITMENT_BAD: {
    meaning: 'A confidential field is out of its width, or the salt is zero.',
    remedy: 'park',
    advice: 'Correct the field; draw a salt of at least 128 random bits.',
  },
  POLICY_BAD: {
    meaning: 'The policy has unused bits set or a loan-to-value above 10 000 basis points.',
    remedy: 'park',
    advice: 'Pack the policy with the protocol library.',
  },
  BOUND_BAD: {
    meaning: 'The bound has unused bits set.',
    remedy: 'park',
    advice: 'Pack the bound with the protocol library.',
  },
  HEADER_BAD: {
    meaning: 'The header does not have 204 bytes, the magic `TSE1` or counts in range.',
    remedy: 'halt',
    advice: "Read the epoch again; if it repeats, the chaincode is not this protocol's.",
  },
  STATE_BAD: {
    meaning: 'A state word has unused bits set, an unknown status or states out of order.',
    remedy: 'halt',
    advice: 'Stop the lane: the endorsers attest to words that the chaincode never writes.',
  },
  MESSAGE_BAD: {
    meaning: 'A message word has unused bits set, an unknown kind, a slot without a state, or is out of order.',
    remedy: 'halt',
    advice: 'Stop the lane: the endorsers attest to words that the chaincode never writes.',
  },
  WORDS_BAD: {
    meaning: "The words do not hash to the header's wordsHash or do not have its counts.",
    remedy: 'park',
    advice: 'Fetch the words of this epoch again.',
  },
  PAYLOAD_BAD: {
    meaning: 'The endorsed payload is not the strict form: a field is unknown, reordered, repeated or trailing.',
    remedy: 'park',
    advice: 'Collect the endorsements of `readEpoch` again.',
  },
  RESPONSE_STATUS: {
    meaning: 'The endorsed response has a status other than 200.',
    remedy: 'park',
    advice: 'Read the epoch again once it is sealed.',
  },
  CHAINCODE_WRONG: {
    meaning: 'The payload was endorsed for another chaincode.',
    remedy: 'park',
    advice: 'Read from the chaincode that the client contract names.',
  },
  ASSET_CHAIN_WRONG: {
    meaning: 'The header belongs to another asset chain.',
    remedy: 'park',
    advice: 'Check network id, channel and chaincode name of the deployment.',
  },
  QUORUM_MISSING: {
    meaning: 'Fewer distinct organizations or attestors signed than the threshold asks for.',
    remedy: 'park',
    advice: 'Collect more signatures, then send again.',
  },
  SIGNER_ORDER: {
    meaning: 'Signers are repeated or not in strictly ascending order.',
    remedy: 'park',
    advice: 'Sort the signatures by member index or address and drop duplicates.',
  },
  SIGNER_UNKNOWN: {
    meaning: 'A signer is not in the member or attestor set.',
    remedy: 'park',
    advice: 'Drop that signature, or update the set by its governance.',
  },
  SIGNATURE_BAD: {
    meaning: 'A signature does not verify over exactly these bytes, or its S is high.',
    remedy: 'park',
    advice: 'Collect the signature again; check that the identity is the stored one.',
  },
  PRECOMPILE_MISSING: {
    meaning: 'The chain does not have the P256VERIFY precompile at address 0x100.',
    remedy: 'halt',
    advice: 'Deploy only on a chain with EIP-7951.',
  },
  PROOF_BAD: {
    meaning: 'An asset-state proof or a Merkle-Patricia proof does not verify for these inputs.',
    remedy: 'park',
    advice: 'Prove again from current inputs; check that keys and verifier belong together.',
  },
} as const satisfies Record<string, FaultEntry>;
