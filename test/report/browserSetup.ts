/** Unpacks the browser once, before any test file: several at a time would write over each other. */
import { executablePathOf } from "./browser.js";

export default async function setup(): Promise<void> {
  await executablePathOf().catch((error: unknown) => {
    // The test that needs the browser fails on it; those that do not, run.
    console.error(`No browser could be unpacked: ${String(error)}`);
  });
}
