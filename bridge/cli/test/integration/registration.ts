export const REGISTRATION = 'HB-2024-17';
const HKD = 10n ** 18n;

/** As a person writes it to a file. */
export const registration = {
  registrationNumber: REGISTRATION,
  name: 'Hubei Household Solar',
  symbol: 'HBSOL',
  decimals: 0,
  issuedUnits: '48000',
  account: 'treasury',
  unitValue: (2n * HKD).toString(),
  confidential: {
    class: 'SOLAR',
    jurisdiction: 'CN',
    registeredUnits: '48000',
    appraisedValue: (192_000n * HKD).toString(),
    appraisedAt: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10),
    appraisalValidUntil: new Date(Date.now() + 365 * 86_400_000).toISOString().slice(0, 10),
    rating: 180,
    encumbered: false,
    filingValidUntil: 0,
    owner: 'SPV One',
    documents: '2024/17',
  },
};
