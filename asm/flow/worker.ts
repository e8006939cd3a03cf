// The entry point of the thread in which the tools run as WASM: a file of its own for the bundler, and nothing else.
import { serve } from "./thread.ts";

serve();
