// fal `fal-ai/scail-2`: the steps of the queue one by one, each with the id alone.
import { fal } from "@fal-ai/client";

fal.config({ credentials: process.env.FAL_KEY });

const { request_id } = await fal.queue.submit("fal-ai/scail-2", {
  input: {
    prompt: "A person dancing gracefully in a sunlit studio",
    image_url: "https://v3b.fal.media/files/b/panda/-oMlZo9Yyj_Nzoza_tgds_GmLF86r5bOt50eMMKCszy_eacc949b3933443c9915a83c98fbe85e.png",
    video_url: "https://v3b.fal.media/files/b/panda/a6SvJg96V8eoglMlYFShU_5385885-hd_1080_1920_25fps.mp4",
  },
  webhookUrl: "https://optional.webhook.url/for/results",
});
const status = await fal.queue.status("fal-ai/scail-2", { requestId: request_id, logs: true });
console.log(status.status);
const result = await fal.queue.result("fal-ai/scail-2", { requestId: request_id });
console.log(JSON.stringify(result.data));
console.log(result.requestId === request_id);
