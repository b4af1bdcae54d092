import { serve } from "../pool/serve.js";
import { makeCheckHandler } from "./checkBatch.js";

serve(makeCheckHandler);
