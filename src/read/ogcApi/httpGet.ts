import { InputError } from "../../core/trouble.js";
import { pause } from "../deadline.js";

/** How long and how often a server is asked. Handed in, so that tests need not wait. */
export type Patience = {
  /** Pause before the second attempt; doubled before each further one. */
  readonly firstPauseMs: number;
  readonly attempts: number;
  /** A page that takes longer is given up. */
  readonly pageMs: number;
};

export const PATIENCE: Patience = { firstPauseMs: 500, attempts: 6, pageMs: 300_000 };

/** What a server asks for in Retry-After is followed so far. */
const MOST_PAUSE_MS = 60_000;
const MOST_REDIRECTS = 5;
/** A page is held in memory whole. */
const MOST_BODY_BYTES = 512 * 2 ** 20;
const BUSY = new Set([408, 425, 429, 500, 502, 503, 504]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export type Answer = { readonly headers: Headers; readonly body: Uint8Array };

/** A server, and what it is told with each question. */
export type Server = {
  /** The first address asked: the others must lead to the same origin (RFC 6454). */
  readonly home: URL;
  readonly authorization?: string;
  readonly patience: Patience;
};

/**
 * Fetches a page, again and again with growing pauses while the server is busy (408, 425, 429, 5xx) or cannot be reached.
 *
 * @throws InputError: another status, another server, too many attempts, redirects in a circle, more than 512 MB
 */
export async function httpGet(url: URL, accept: string, server: Server): Promise<Answer> {
  const { attempts, firstPauseMs } = server.patience;
  let trouble: Trouble | undefined;
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (trouble !== undefined)
      await pause(Math.min(Math.max(firstPauseMs * 2 ** (attempt - 1), trouble.retryAfterMs), MOST_PAUSE_MS));
    const got = await oneAttempt(url, accept, server);
    if ("body" in got) return got;
    trouble = got;
  }
  throw refusal(url, {
    came: `${trouble?.says ?? "nothing"}, ${attempts} times`,
    wanted: "an answer",
    todo: "Try again later, or ask for smaller pages with limit=",
  });
}

type Trouble = { readonly says: string; readonly retryAfterMs: number };

/** One question with its redirects; `Trouble` where another attempt may help. */
async function oneAttempt(start: URL, accept: string, server: Server): Promise<Answer | Trouble> {
  const signal = AbortSignal.timeout(server.patience.pageMs);
  try {
    let url = start;
    for (let redirect = 0; redirect <= MOST_REDIRECTS; redirect++) {
      const response = await fetch(url, {
        headers: { accept, ...(server.authorization && { authorization: server.authorization }) },
        redirect: "manual", // so that no other server is asked, or told the password
        signal,
      });
      const { status, headers } = response;
      if (status === 200) return { headers, body: await bodyOf(response, url) };
      await response.body?.cancel();
      const location = headers.get("location");
      if (BUSY.has(status)) return { says: `status ${status}`, retryAfterMs: retryAfterMs(headers) };
      if (!REDIRECTS.has(status) || location === null) throw refusedWith(url, response);
      url = sameServer(location, url, server.home);
    }
    return { says: `more than ${MOST_REDIRECTS} redirects`, retryAfterMs: 0 };
  } catch (error) {
    if (error instanceof InputError || !(error instanceof Error)) throw error;
    const cause = error.cause instanceof Error ? error.cause : error; // fetch says only "fetch failed"
    return {
      says: cause.message || (cause as NodeJS.ErrnoException).code || "no connection",
      retryAfterMs: 0,
    };
  }
}

async function bodyOf(response: Response, url: URL): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    if ((length += chunk.length) > MOST_BODY_BYTES)
      throw refusal(url, {
        came: "a page of more than 512 MB",
        wanted: "pages",
        todo: "Ask for smaller ones with limit=",
      });
  }
  return Buffer.concat(chunks);
}

/**
 * An address found in an answer, which must lead to the same server; from http to https is the same.
 * @throws InputError when it leads elsewhere
 */
export function sameServer(link: string, base: URL, home: URL): URL {
  const url = new URL(link, base);
  // Behind a proxy servers write http into their links though they are reached over https.
  if (home.protocol === "https:" && url.protocol === "http:" && url.host === home.host)
    url.protocol = "https:";
  const isUpgrade = home.protocol === "http:" && url.protocol === "https:" && url.hostname === home.hostname;
  if (url.origin === home.origin || isUpgrade) return url;
  throw refusal(base, {
    came: `a link to another server, ${url.origin}`,
    wanted: `links that stay at ${home.origin}`,
    todo: "Give the address at the other server, if you trust it",
  });
}

/** Seconds (RFC 9110, 10.2.3); a date is not followed. */
function retryAfterMs(headers: Headers): number {
  const text = headers.get("retry-after") ?? "";
  return /^\d+$/.test(text) ? 1000 * Number(text) : 0;
}

function refusedWith(url: URL, { status, statusText }: Response): InputError {
  const todo =
    status === 401 || status === 403
      ? "Ask for access, and give user and password as https://user:password@host/..."
      : status === 404 || status === 410
        ? "Check the address"
        : "Check the parameters of the address";
  return refusal(url, { came: `status ${status} ${statusText}`.trim(), wanted: "status 200", todo });
}

export function refusal(url: URL, says: { came: string; wanted: string; todo: string }): InputError {
  return new InputError({ layer: shownUrl(url) }, says);
}

const SECRET = /key|token|secret|password|signature|^sig$/i;

/** The address without user, password, and parameters that are called keys or tokens. */
export function shownUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  for (const name of [...shown.searchParams.keys()])
    if (SECRET.test(name)) shown.searchParams.set(name, "***");
  return shown.href;
}
