// Hands on what the microphone gives, piece by piece; recorder.js loads it into the browser's audio thread.
"use strict";
class Listener extends AudioWorkletProcessor {
  process([[samples]]) {
    if (samples) this.port.postMessage(samples.slice());
    return true;
  }
}
registerProcessor("listener", Listener);
