import type { FaultEntry } from './faultEntry.ts';

/** Faults of the relayer, the tools and what lies between them and the chains. */
export const programFaults = {
  CHAIN_UNREACHABLE: {
    meaning: "A chain's node does not answer.",
    remedy: 'retry',
    advice: 'Check that the network is up with `twinspan devnet status` and that endpoints and TLS files are right.',
  },
  CHAIN_ANSWER_BAD: {
    meaning: "A chain's node gave an answer that does not parse, contradicts itself or does not prove what it says.",
    remedy: 'retry',
    advice: 'Do not trust that endpoint: compare it with another, and look at its version and its fork settings.',
  },
  STATE_PRUNED: {
    meaning: "A chain's node no longer keeps the state, or the proofs, of the block that it was asked about.",
    remedy: 'retry',
    advice: 'A newer block takes the place of the old one; if it repeats, use an endpoint that keeps more blocks.',
  },
  CHAIN_WRONG: {
    meaning: 'An endpoint serves another trading chain than the one that the bridge is on.',
    remedy: 'retry',
    advice: 'Correct the endpoint. Nothing of it was used.',
  },
  ENDPOINTS_DISAGREE: {
    meaning:
      'Two endpoints of one chain, or two peers of one organization, say different things about the same height.',
    remedy: 'retry',
    advice:
      'What depended on it has stopped. Find out which of the two is wrong, and take it out of the configuration.',
  },
  REORG_BEHIND_FINAL: {
    meaning: 'The trading chain replaced blocks that it had called final.',
    remedy: 'park',
    advice:
      'This node attests no more. Settle with the other operators which chain is the right one, then rebuild the store.',
  },
  FINALITY_BACKWARDS: {
    meaning: 'The trading chain calls an older block final than it did before.',
    remedy: 'retry',
    advice: 'Nothing is attested until it has caught up; an endpoint may have been exchanged for one that lags.',
  },
  CHECKPOINT_DIFFERS: {
    meaning: "Attestors vouch for a block that is not in this node's own view of the trading chain.",
    remedy: 'retry',
    advice: 'Nothing is released by it. Compare the endpoints of the operators: some of them see another chain.',
  },
  ATTESTATION_CONFLICT: {
    meaning: 'An attestor was to sign, or has signed, two different checkpoints of one block.',
    remedy: 'park',
    advice: 'Nothing was signed. Look at the evidence: a reorganization behind final, or a key in two places.',
  },
  ENDORSEMENTS_SHORT: {
    meaning: 'Fewer organizations endorsed than were asked, or their answers differ.',
    remedy: 'retry',
    advice: 'Retry; a read that races a commit can differ between peers.',
  },
  TRANSACTION_INVALIDATED: {
    meaning: 'The transaction was ordered but invalidated at commit (for instance a conflict on a key).',
    remedy: 'retry',
    advice: 'Send the transaction again.',
  },
  SUBMIT_UNCERTAIN: {
    meaning: 'The transaction was sent and its outcome is not known.',
    remedy: 'retry',
    advice: 'Look the transaction id up before sending it again.',
  },
  DELIVERY_REVERTED: {
    meaning: 'A transaction on the trading chain reverted without an error of ours.',
    remedy: 'park',
    advice: "Look at the transaction's trace; compare ABI and deployed contract.",
  },
  TRANSACTION_STUCK: {
    meaning: 'A transaction on the trading chain was not mined in time.',
    remedy: 'retry',
    advice: "It is sent again with a higher fee; check the sender's balance.",
  },
  NONCE_TAKEN: {
    meaning: 'The nonce of a transaction is used up: it, an earlier version of it or another one was mined.',
    remedy: 'retry',
    advice: 'Earlier versions are looked up first; if it repeats, another program sends with the same key.',
  },
  UNDERPRICED: {
    meaning:
      "The node's pool does not take the transaction at its fee: another one with its nonce waits, or it is full.",
    remedy: 'retry',
    advice: 'It is sent again at a higher fee; if it repeats, another program sends with the same key.',
  },
  FEES_TOO_HIGH: {
    meaning: 'Gas costs more now than the carrier may pay.',
    remedy: 'retry',
    advice: 'Wait, or raise `carrier.maxFeePerGas`.',
  },
  GAS_REFUSED: {
    meaning: 'The node refuses the gas limit of a transaction as too low or too high.',
    remedy: 'park',
    advice: 'A fork may have repriced gas: compare the limit in the sentence with what the chain asks for.',
  },
  FUNDS_SHORT: {
    meaning: 'The sender cannot pay for gas.',
    remedy: 'park',
    advice: "Fund the sender's account.",
  },
  PROVER_FAILED: {
    meaning: 'The prover stopped, timed out or gave a proof that does not verify.',
    remedy: 'retry',
    advice: 'It is restarted; check its keys and memory.',
  },
  PROVER_BUSY: {
    meaning: 'As many proof jobs wait in the queue as it takes.',
    remedy: 'retry',
    advice: 'The node keeps its jobs and asks again; start more workers if it goes on.',
  },
  PROVER_GAVE_UP: {
    meaning: 'A proof job was handed out as often as is allowed, and no worker brought a proof of it.',
    remedy: 'park',
    advice: "See what the workers' logs say about the job id; retry it by hand once that is mended.",
  },
  BROKER_UNREACHABLE: {
    meaning: 'The broker of the proof queue does not answer, or refuses.',
    remedy: 'retry',
    advice: 'Check that NATS runs with JetStream, and its address, TLS files and credentials in the configuration.',
  },
  NOT_BACKABLE: {
    meaning: 'No bound satisfies the policy for this record and the units and value asked for.',
    remedy: 'park',
    advice:
      'See the refusals named in the sentence, or in the log of the node; a new appraisal or policy may change them.',
  },
  REORGED: {
    meaning: 'A block that was relied on is no longer part of the trading chain.',
    remedy: 'retry',
    advice: 'The stage runs again from the last final block.',
  },
  STORE_CORRUPT: {
    meaning: 'The durable store holds something that cannot be read.',
    remedy: 'halt',
    advice: 'Run `twinspan node rebuild`: it keeps the store for inspection and starts a new one from the chains.',
  },
  STORE_FULL: {
    meaning: 'The durable store could not be written: no space is left, or the disk refuses.',
    remedy: 'halt',
    advice: 'Make space where the node keeps its store and start it again: nothing is half-written.',
  },
  STORE_LOCKED: {
    meaning: 'Another process has the durable store open.',
    remedy: 'halt',
    advice: 'Stop the node that runs on the same directory, or give each node a directory of its own.',
  },
  PEER_MESSAGE_BAD: {
    meaning: 'A message from another relayer node does not parse or does not verify.',
    remedy: 'park',
    advice: "It is dropped; if it repeats, check that node's version.",
  },
  CARD_BAD: {
    meaning: "A node's card does not parse, is not signed by both its keys for this bridge, or contradicts another.",
    remedy: 'halt',
    advice: 'Ask that operator for a card made for this bridge, or take it off the list.',
  },
  TIMED_OUT: {
    meaning: 'Something did not happen within the time allowed.',
    remedy: 'retry',
    advice: 'Try again, or allow more time.',
  },
  CONFIG_BAD: {
    meaning: 'A configuration file or value is missing or does not parse.',
    remedy: 'halt',
    advice: 'Correct the field that the sentence names.',
  },
  DEPLOYMENT_REFUSED: {
    meaning: 'The deployment is not allowed, for instance insecure development keys on a chain outside the allow-list.',
    remedy: 'park',
    advice: 'Use keys from a ceremony, or a development chain.',
  },
  NOT_FOUND: {
    meaning: 'What was asked for does not exist on either chain, or this node does not know it.',
    remedy: 'park',
    advice: 'Check the id; a node that joined late does not know what was before.',
  },
  NO_LONGER_KEPT: {
    meaning: 'What was asked for is older than what this node keeps.',
    remedy: 'park',
    advice: 'Ask a node that keeps more (`retention.epochs` in its configuration), or the chains themselves.',
  },
  REQUEST_BAD: {
    meaning: "A request to a node's API does not have the form that its OpenAPI document gives.",
    remedy: 'park',
    advice: 'Correct the field that the sentence names; the document is at /v1/openapi.json.',
  },
  REQUESTS_TOO_MANY: {
    meaning: "A node's API answers only so many requests at a time.",
    remedy: 'retry',
    advice: 'Ask again after the time that the answer names.',
  },
  SUPPLY_DIFFERS: {
    meaning: 'The units of a record on the trading chain are not those that were sealed for it.',
    remedy: 'halt',
    advice: 'Pause the lane with `twinspan lane pause`, then compare both chains with `twinspan token supply`.',
  },
  USAGE_BAD: {
    meaning: 'The command line does not have the form that the command asks for.',
    remedy: 'park',
    advice: 'See `twinspan help`.',
  },
  INTERNAL: {
    meaning: 'A program met a state that it was written never to meet.',
    remedy: 'halt',
    advice: 'Report it with the log; do not retry.',
  },
} as const satisfies Record<string, FaultEntry>;
