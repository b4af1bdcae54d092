import { serve } from "../pool/serve.js";
import { makeBatchHandler } from "./batch.js";

serve(makeBatchHandler);
