import { serve } from "../pool/serve.js";
import { makeChangeHandler } from "./changeBlock.js";

serve(makeChangeHandler);
