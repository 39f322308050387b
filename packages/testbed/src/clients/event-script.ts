import type { Flavour } from "@lxdkit/protocol";
import type { ClientScript } from "./client-script.ts";
import { wordsOf } from "./client-words.ts";

/** What a monitor hears of objects that come, change and go. */
export function eventScript(flavour: Flavour): ClientScript {
  const words = wordsOf[flavour];
  return {
    title: "events",
    before: [
      "project create cli-mon -c features.images=false -c features.storage.volumes=false",
      "profile create poke --project cli-mon",
      "profile device add default root disk pool=default path=/ --project cli-mon",
    ],
    monitor: {
      run: "monitor --type lifecycle --format json --project cli-mon",
      poke: "profile set poke user.poke=1 --project cli-mon",
      poked: /\/profiles\/poke/,
      until: /profile-deleted.*\/profiles\/last|\/profiles\/last.*profile-deleted/,
      only: /cd\d|last|cli-mon/,
    },
    steps: [
      "project switch cli-mon",
      `${words.init} tiny cd1`,
      "config set cd1 user.a=1",
      "start cd1",
      "pause cd1",
      "start cd1",
      "restart --force cd1",
      words.snapshot("cd1", "s1"),
      words.renameSnapshot("cd1", "s1", "s2"),
      "copy cd1 cd4",
      "copy cd1/s2 cd5",
      "stop --force cd1",
      words.restoreSnapshot("cd1", "s2"),
      "copy cd1 cd2",
      words.deleteSnapshot("cd1", "s2"),
      "rename cd2 cd3",
      "delete cd3 cd1 cd4 cd5",
      "profile create last",
      "profile delete last",
    ],
    cleanUp: [
      ...["cd1", "cd2", "cd3", "cd4", "cd5"].map((name) => `delete --force ${name} --project cli-mon`),
      "profile delete last --project cli-mon",
      "profile delete poke --project cli-mon",
      "project delete cli-mon",
    ],
  };
}
