/** Starts the chaincode as a server that its organization's peer connects to, with TLS on both sides. */
import { readFileSync } from 'node:fs';
import { Shim } from 'fabric-shim';
import type { ChaincodeServer } from 'fabric-shim';
import { parseEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import { systemClock } from './ledgerClock.ts';
import { RightsChaincode } from './rightsChaincode.ts';

function serverOf(environment: Environment): ChaincodeServer {
  const chaincode = new RightsChaincode({
    network: {
      networkId: environment.TWINSPAN_NETWORK_ID,
      chaincode: environment.TWINSPAN_CHAINCODE,
      roles: new Map(Object.entries(environment.TWINSPAN_ROLES)),
    },
    peerMspId: environment.CORE_PEER_LOCALMSPID,
    clock: systemClock,
    logInternal: (txId, error) => {
      console.error(
        JSON.stringify({ level: 'error', txId, error: error instanceof Error ? error.stack : String(error) }),
      );
    },
  });
  return Shim.server(chaincode, {
    ccid: environment.CHAINCODE_ID,
    address: environment.CHAINCODE_SERVER_ADDRESS,
    tlsProps: {
      key: readFileSync(environment.CHAINCODE_TLS_KEY),
      cert: readFileSync(environment.CHAINCODE_TLS_CERT),
      clientCACerts: readFileSync(environment.CHAINCODE_TLS_CLIENT_CA),
    },
  });
}

await serverOf(parseEnvironment(process.env)).start();
