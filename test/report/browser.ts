import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

/** Unpacks the browser that came from npm into the temporary folder, unless it is there. */
export const executablePathOf = (): Promise<string> => chromium.executablePath();

/**
 * Starts the browser. Its package's own flags are not used: they switch web security off.
 * @throws Error in one line where the machine cannot run it; a test must fail then, not pass
 */
export async function startBrowser(): Promise<Browser> {
  const executablePath = await executablePathOf();
  try {
    return await playwright.launch({
      executablePath,
      headless: true,
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
      ],
    });
  } catch (error) {
    const [reason] = String(error).split("\n");
    throw new Error(`the browser from @sparticuz/chromium does not start on this machine: ${reason}`, {
      cause: error,
    });
  }
}
