/** Forms a report can be had in. */
export const REPORT_FORMATS = ["html", "pdf", "xlsx", "csv", "json-stat", "px", "parquet"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];
