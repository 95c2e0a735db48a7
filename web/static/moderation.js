// What moderators and the streamer may do besides deleting: time-outs, stopping the bot, going live.

import { find } from "./dom.js";
import { say } from "./i18n.js";

export class Moderation {
  constructor(connection, player, refused) {
    this.connection = connection;
    this.dialog = document.querySelector(".timeout-dialog");
    this.stopButton = find("bot-stop");
    this.streamButton = find("go-live");
    this.dialog.addEventListener("close", () => {
      const seconds = Number(this.dialog.returnValue);
      if (this.dialog.returnValue !== "" && this.viewer) {
        connection.request("timeout", { viewer: this.viewer.id, seconds }).catch(refused);
      }
      this.viewer = null;
    });
    this.stopButton.addEventListener("click", () => {
      const reply = player.speaking;
      if (reply) connection.request("cancel", { reply }).catch(refused);
    });
    this.streamButton.addEventListener("click", () => {
      const state = find("stream").dataset.state === "live" ? "ended" : "live";
      connection.request("stream", { state, why: "" }).catch(refused);
    });
    new MutationObserver(() => this.showStream()).observe(find("stream"), { attributeFilter: ["data-state"] });
  }

  setMe({ role }) {
    this.stopButton.hidden = role !== "moderator" && role !== "streamer";
    this.streamButton.hidden = role !== "streamer";
    this.showStream();
  }

  showStream() {
    say(this.streamButton, find("stream").dataset.state === "live" ? "stream.end" : "stream.go");
  }

  /** Asks for how long `viewer` is to be silent. */
  ask(viewer) {
    this.viewer = viewer;
    this.dialog.returnValue = "";
    say(this.dialog.querySelector("h2"), "timeout.title", { name: viewer.name });
    this.dialog.showModal();
  }
}
