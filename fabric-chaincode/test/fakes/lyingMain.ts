/** The chaincode's server of an organization that lies: it reports every epoch with other contents than it has. */
import { RightsChaincode } from '../../src/rightsChaincode.ts';

type Invoke = RightsChaincode['Invoke'];

const honest: Invoke = Reflect.get(RightsChaincode.prototype, 'Invoke');

RightsChaincode.prototype.Invoke = async function invoke(this: RightsChaincode, stub): ReturnType<Invoke> {
  const response = await honest.call(this, stub);
  if (stub.getArgs()[0] !== 'readEpoch' || response.payload === undefined) return response;
  const header = Uint8Array.from(response.payload);
  // The last bit of the hash over states and messages, which stands before the last 48 bytes.
  header[header.length - 49] = (header.at(-49) ?? 0) ^ 1;
  return { ...response, payload: header };
};

await import('../../src/main.ts');
