// fal: a file of the caller's gets an address.
import { fal } from "@fal-ai/client";

const file = new File(["Hello, World!"], "hello.txt", { type: "text/plain" });
console.log(await fal.storage.upload(file));
