import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../dist/program/main.js", import.meta.url));

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/**
 * Runs the built program as a user does, its output in pipes.
 *
 * @param preload JavaScript that runs in the program's process before it, for what a test must do from within
 */
export function arealregnskap(args: readonly string[], preload?: string): Promise<Ended> {
  if (!existsSync(main)) throw new Error("dist is not built: run npm run build first, as npm test does");
  const before =
    preload === undefined ? [] : ["--import", `data:text/javascript,${encodeURIComponent(preload)}`];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...before, main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
