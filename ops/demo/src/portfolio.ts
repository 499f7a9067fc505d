import { readFile } from 'node:fs/promises';
import { assetClasses, jurisdictions } from '@twinspan/protocol';
import type { AssetClass, Jurisdiction } from '@twinspan/protocol';
import { z } from 'zod';

const name = z.string().regex(/^[a-z0-9-]{1,40}$/, 'a short lower-case name');
const decimal = z
  .string()
  .regex(/^\d{1,39}$/, 'a decimal integer')
  .transform(BigInt);
const assetClass = z.enum(Object.keys(assetClasses) as [AssetClass, ...AssetClass[]]);
const jurisdiction = z.enum(Object.keys(jurisdictions) as [Jurisdiction, ...Jurisdiction[]]);
const days = z.number().int().positive().max(3650);

const record = z.strictObject({
  key: name,
  registrationNumber: z.string().min(1).max(64),
  name: z.string().min(1).max(64),
  symbol: z.string().min(1).max(12),
  decimals: z.number().int().min(0).max(6),
  class: assetClass,
  jurisdiction,
  registeredUnits: decimal,
  issuedUnits: decimal,
  account: name,
  /** 10⁻¹⁸ HKD per base unit. */
  unitValue: decimal,
  /** 10⁻¹⁸ HKD, the whole record. */
  appraisedValue: decimal,
  appraisedDaysAgo: days,
  appraisalValidDays: days,
  rating: z.number().int().min(0).max(255),
  encumbered: z.boolean(),
  filingValidDays: days,
  owner: z.string().min(1).max(128),
  documents: z.string().min(1).max(128),
  /** `onboarded`: the token is credited only to holders whom compliance has onboarded. */
  eligibility: z.enum(['open', 'onboarded']),
  windowLimit: decimal,
});

const lock = z.strictObject({
  record: name,
  account: name,
  holder: name,
  units: decimal,
  reference: z.string().min(1).max(64),
});

const redemption = z.strictObject({ record: name, holder: name, units: decimal, account: name });

const portfolioSchema = z
  .strictObject({
    about: z.string(),
    policy: z.strictObject({
      allowedClasses: z.array(assetClass).min(1),
      allowedJurisdictions: z.array(jurisdiction).min(1),
      minRating: z.number().int().min(0).max(255),
      maxAppraisalAgeDays: days,
      maxLtvBps: z.number().int().min(1).max(10_000),
      requireFiling: z.boolean(),
      requireUnencumbered: z.boolean(),
    }),
    holders: z.array(name).min(1).max(8),
    onboarded: z.array(name),
    records: z.array(record).min(1).max(64),
    locks: z.array(lock).min(1).max(10_000),
    redemptions: z.array(redemption),
    reappraisal: z.strictObject({
      record: name,
      appraisedValue: decimal,
      unitValue: decimal,
      lock: lock.omit({ record: true }),
    }),
    freeze: z.strictObject({ record: name, reason: z.string().min(1).max(128) }),
  })
  .superRefine(({ records, holders, onboarded, locks, redemptions, reappraisal, freeze }, context) => {
    const known = new Set(records.map(({ key }) => key));
    const named = [...locks, ...redemptions, reappraisal, freeze];
    for (const { record: key } of named)
      if (!known.has(key)) context.addIssue({ code: 'custom', message: `no record has the key «${key}»` });
    for (const holder of [...locks, ...redemptions].map(({ holder }) => holder).concat(onboarded))
      if (!holders.includes(holder))
        context.addIssue({ code: 'custom', message: `«${holder}» is not among the holders` });
  });

/** What the demo carries across: see `examples/portfolio.json`. */
export type Portfolio = z.infer<typeof portfolioSchema>;
export type PortfolioRecord = Portfolio['records'][number];

/** Checks a portfolio; throws ZodError that names each fault and its place. */
export function parsePortfolio(value: unknown): Portfolio {
  return portfolioSchema.parse(value);
}

/** Reads a portfolio file. */
export async function readPortfolio(file: string): Promise<Portfolio> {
  return parsePortfolio(JSON.parse(await readFile(file, 'utf8')));
}
