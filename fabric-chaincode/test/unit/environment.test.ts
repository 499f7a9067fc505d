import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Fault } from '@twinspan/protocol';
import { parseEnvironment } from '../../src/environment.ts';

const sound = {
  CHAINCODE_SERVER_ADDRESS: '127.0.0.1:17154',
  CHAINCODE_ID: 'rights_1:00',
  CHAINCODE_TLS_CERT: 'server.crt',
  CHAINCODE_TLS_KEY: 'server.key',
  CHAINCODE_TLS_CLIENT_CA: 'ca.crt',
  CORE_PEER_LOCALMSPID: 'CustodianMSP',
  TWINSPAN_NETWORK_ID: 'twinspan-test',
  TWINSPAN_ROLES: '{"CustodianMSP":["custodian"],"RegistryMSP":["registry"]}',
};

describe('environment', () => {
  it('is parsed, with the chaincode’s name by default', () => {
    const environment = parseEnvironment({ ...sound, PATH: '/bin' });
    assert.equal(environment.TWINSPAN_CHAINCODE, 'rights');
    assert.deepEqual(environment.TWINSPAN_ROLES, { CustodianMSP: ['custodian'], RegistryMSP: ['registry'] });
  });

  const broken: Readonly<Record<string, string | undefined>>[] = [
    ...Object.keys(sound).map((name) => ({ [name]: undefined })),
    { CHAINCODE_SERVER_ADDRESS: 'localhost' },
    { TWINSPAN_ROLES: '{' },
    { TWINSPAN_ROLES: '[]' },
    { TWINSPAN_ROLES: '{"CustodianMSP":["king"]}' },
    { TWINSPAN_ROLES: '{"CustodianMSP":[]}' },
  ];
  for (const changes of broken) {
    const [name, value] = Object.entries(changes)[0] ?? [];
    it(`is refused with ${String(name)} ${value ?? 'missing'}`, () => {
      assert.throws(
        () => parseEnvironment({ ...sound, ...changes }),
        (error) => error instanceof Fault && error.code === 'CONFIG_BAD' && error.message.includes(String(name)),
      );
    });
  }
});
