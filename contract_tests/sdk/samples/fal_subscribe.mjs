// fal `fal-ai/scail-2`: submit, follow and fetch in one call.
import { fal } from "@fal-ai/client";

const result = await fal.subscribe("fal-ai/scail-2", {
  input: {
    prompt: "A person dancing gracefully in a sunlit studio",
    image_url: "https://v3b.fal.media/files/b/panda/-oMlZo9Yyj_Nzoza_tgds_GmLF86r5bOt50eMMKCszy_eacc949b3933443c9915a83c98fbe85e.png",
    video_url: "https://v3b.fal.media/files/b/panda/a6SvJg96V8eoglMlYFShU_5385885-hd_1080_1920_25fps.mp4",
  },
  logs: true,
  onQueueUpdate: (update) => {
    if (update.status === "IN_PROGRESS") {
      update.logs.map((log) => log.message).forEach((message) => console.log(message));
    }
  },
});
console.log(JSON.stringify(result.data));
console.log(result.requestId);
