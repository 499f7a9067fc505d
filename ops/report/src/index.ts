export { describeMachine, reportSchema, writeReport } from './report.ts';
export type { Measure, Report, ReportStep, SupplyRow } from './report.ts';
export { supplyRow } from './supplyTable.ts';
export type { SupplyFigures } from './supplyTable.ts';
export { formatTable } from './table.ts';
