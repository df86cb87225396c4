// @fal-ai/client: each case is a way of use that its documentation shows. Hosts are left as they are.
import { createFalClient, fal } from "@fal-ai/client";

const APP = "fal-ai/scail-2";
const input = { prompt: "a dancer", image_url: "https://example.com/a.png", video_url: "https://example.com/a.mp4" };
const NOBODY = "00000000-0000-4000-8000-000000000000";

// A client whose submissions carry the header that chooses what the emulator does with them.
const playing = (scenario) =>
  createFalClient({
    requestMiddleware: async (request) => ({
      ...request,
      headers: { ...request.headers, "x-callsheet-scenario": scenario },
    }),
  });

const subscribed = async (mode) => {
  const seen = [];
  const onQueueUpdate = (update) => seen.push(update);
  const result = await fal.subscribe(APP, { input, logs: true, mode, pollInterval: 50, onQueueUpdate });
  return { ...result, seen };
};

const cases = {
  polled: () => subscribed("polling"),
  streamed: () => subscribed("streaming"),
  run: () => fal.run(APP, { input }),
  by_hand: async () => {
    const submitted = await fal.queue.submit(APP, { input, priority: "low", hint: "near" });
    const requestId = submitted.request_id;
    const early = await outcome(() => fal.queue.result(APP, { requestId }));
    const end = await fal.queue.subscribeToStatus(APP, { requestId, logs: true, pollInterval: 50 });
    const late = await outcome(() => fal.queue.cancel(APP, { requestId }));
    return { submitted, early, end, late, result: await fal.queue.result(APP, { requestId }) };
  },
  cancel: async () => {
    const { request_id: requestId } = await fal.queue.submit(APP, { input });
    await fal.queue.cancel(APP, { requestId });
    const end = await fal.queue.subscribeToStatus(APP, { requestId, pollInterval: 50 });
    return { end, result: await outcome(() => fal.queue.result(APP, { requestId })) };
  },
  bad_input: () => fal.subscribe(APP, { input: { ...input, mode: "Replace" }, pollInterval: 50 }),
  bad_key: () => createFalClient({ credentials: "nobody:nothing" }).subscribe(APP, { input }),
  unknown: () => fal.queue.status(APP, { requestId: NOBODY }),
  no_balance: () => playing("account_locked").subscribe(APP, { input }),
  moderated: () => playing("content_policy_violation").subscribe(APP, { input, pollInterval: 50 }),
  throttled: () => playing("rate_limited*1").subscribe(APP, { input, pollInterval: 50 }),
  upload: () => fal.storage.upload(new File(["hello"], "hello.txt", { type: "text/plain" })),
  // A file in the input is uploaded on the way.
  file_input: () => fal.subscribe(APP, { input: { ...input, image_url: new Blob(["png"], { type: "image/png" }) } }),
};

async function outcome(act) {
  try {
    return (await act()) ?? null;
  } catch (error) {
    const { name, message, status, requestId, body, fieldErrors } = error;
    return { raised: name, message, status, requestId, body, fieldErrors };
  }
}

const names = Object.keys(cases);
const told = await Promise.all(names.map((name) => outcome(cases[name])));
console.log(JSON.stringify(Object.fromEntries(names.map((name, n) => [name, told[n]]))));
