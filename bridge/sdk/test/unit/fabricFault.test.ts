import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { GatewayError } from '@hyperledger/fabric-gateway';
import { Fault } from '@twinspan/protocol';
import {
  fabricFault,
  isConflict,
  isDisagreement,
  isUncertainSubmit,
  TransactionFault,
} from '../../src/asset/fabricFault.ts';

function gatewayError(code: status, message: string, details: string[] = []): GatewayError {
  const cause: ServiceError = Object.assign(new Error(message), { code, details: message, metadata: new Metadata() });
  return new GatewayError({
    code,
    message,
    cause,
    details: details.map((text) => ({ address: 'peer:7051', mspId: 'CustodianMSP', message: text })),
  });
}

describe('fabricFault', () => {
  it("gives chaincode's own code and sentence", () => {
    const error = gatewayError(
      status.ABORTED,
      '10 ABORTED: failed to endorse transaction, see attached details for more info',
      [
        'chaincode response 500, HOLDING_SHORT: house holds 3 of the 5 units',
        'chaincode response 500, HOLDING_SHORT: house holds 3 of the 5 units',
      ],
    );
    const { code, sentence } = fabricFault('endorse', error);
    assert.deepEqual([code, sentence], ['HOLDING_SHORT', 'house holds 3 of the 5 units']);
  });

  it('reads an evaluated refusal from the message alone', () => {
    const error = gatewayError(
      status.UNKNOWN,
      'evaluate call to endorser returned error: chaincode response 500, RECORD_UNKNOWN: no record',
    );
    assert.equal(fabricFault('evaluate', error).code, 'RECORD_UNKNOWN');
  });

  const table: readonly (readonly ['evaluate' | 'endorse' | 'submit' | 'commit', status, Fault['code']])[] = [
    ['evaluate', status.UNAVAILABLE, 'CHAIN_UNREACHABLE'],
    ['evaluate', status.DEADLINE_EXCEEDED, 'TIMED_OUT'],
    ['endorse', status.PERMISSION_DENIED, 'FORBIDDEN'],
    ['endorse', status.ABORTED, 'ENDORSEMENTS_SHORT'],
    ['endorse', status.FAILED_PRECONDITION, 'ENDORSEMENTS_SHORT'],
    ['submit', status.INVALID_ARGUMENT, 'SUBMIT_UNCERTAIN'],
    ['commit', status.ABORTED, 'SUBMIT_UNCERTAIN'],
  ];
  for (const [step, code, expected] of table) {
    it(`calls ${status[code]} at ${step} ${expected}`, () => {
      assert.equal(fabricFault(step, gatewayError(code, 'something')).code, expected);
    });
  }

  it('keeps to one line', () => {
    assert.doesNotMatch(fabricFault('endorse', gatewayError(status.ABORTED, 'a\nb', ['c\r\nd'])).message, /[\r\n]/);
  });

  it('passes a fault through', () => {
    const fault = new Fault('PAYLOAD_BAD', 'x');
    assert.equal(fabricFault('endorse', fault), fault);
  });
});

describe('what is tried again', () => {
  const disagreement = gatewayError(
    status.ABORTED,
    'failed to assemble transaction: ProposalResponsePayloads do not match (base64)',
  );

  it('is a disagreement between peers', () => {
    assert.ok(isDisagreement(fabricFault('endorse', disagreement)));
    assert.ok(!isDisagreement(fabricFault('endorse', gatewayError(status.ABORTED, 'no endorsers'))));
  });

  it('is a conflict at commit and no other invalidation', () => {
    const invalidated = (validationCode: number): Fault =>
      new TransactionFault('TRANSACTION_INVALIDATED', 'x', { txId: 'a', validationCode });
    assert.ok(isConflict(invalidated(11)));
    assert.ok(isConflict(invalidated(12)));
    assert.ok(!isConflict(invalidated(10)));
    assert.ok(!isConflict(new Fault('TRANSACTION_INVALIDATED', 'x')));
  });

  it('is looked up when the orderer says that it already has it', () => {
    assert.ok(isUncertainSubmit(gatewayError(status.UNAVAILABLE, 'request already processed')));
    assert.ok(!isUncertainSubmit(gatewayError(status.PERMISSION_DENIED, 'no')));
  });
});
