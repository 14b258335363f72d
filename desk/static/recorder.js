// Puts what somebody reads aloud into the form's file field, as a WAV; without this file one chooses a file.
"use strict";
const page = document.currentScript.dataset; // addresses, numbers and sentences
const rate = Number(page.rate);
const mostSeconds = Number(page.mostSeconds);
const TOLD_EVERY_SECONDS = 10; // what a screen reader says is recorded too
const REFUSALS = { NotAllowedError: page.denied, NotFoundError: page.missing };
let busy = false; // while the browser asks, or a recording is made ready
let stopRecording = null; // of the section that is being read
document.querySelectorAll("[data-recorder]").forEach(offer);

function offer(box) {
  const form = box.closest("form");
  const field = form.elements.namedItem("sound");
  const [button, length, heard, told] = ["button", "progress", "audio", "[role=status]"].map((each) =>
    box.querySelector(each),
  );
  let stopThis = null;
  box.hidden = false;
  button.addEventListener("click", () => exclusively(async () => {
    const wasThis = stopThis;
    await stopRecording?.();
    if (!wasThis) await begin();
  }));
  field.addEventListener("change", drop);

  async function exclusively(work) {
    if (busy) return;
    busy = true;
    try {
      await work();
    } catch (error) {
      told.textContent = REFUSALS[error.name] ?? page.failed;
    } finally {
      busy = false;
    }
  }

  async function begin() {
    if (!navigator.mediaDevices) {
      told.textContent = page.insecure;
      return;
    }
    told.textContent = page.asking;
    const microphone = await listen();
    const pieces = [];
    let samples = 0;
    microphone.port.onmessage = ({ data }) => {
      pieces.push(data);
      samples += data.length;
      const seconds = Math.floor(samples / microphone.rate);
      if (seconds !== length.value) show(seconds);
      if (seconds >= mostSeconds) exclusively(stop);
    };
    microphone.track.addEventListener("ended", () => exclusively(stop));
    stopRecording = stopThis = stop;
    drop();
    field.value = "";
    form.querySelector("details").open = true;
    box.classList.add("running");
    length.hidden = false;
    button.textContent = page.stop;
    show(0);

    async function stop() {
      if (stopThis !== stop) return;
      stopRecording = stopThis = null;
      microphone.close();
      box.classList.remove("running");
      length.hidden = true;
      button.textContent = page.again;
      attach(wav(await resampled(pieces, samples, microphone.rate)));
      told.textContent = page.done.replace("{seconds}", Math.round(samples / microphone.rate));
    }
  }

  function show(seconds) {
    length.value = seconds;
    if (seconds % TOLD_EVERY_SECONDS === 0) told.textContent = page.running.replace("{seconds}", seconds);
  }

  function attach(file) {
    const files = new DataTransfer();
    files.items.add(file);
    field.files = files.files;
    heard.src = URL.createObjectURL(file);
    heard.hidden = false;
  }

  function drop() {
    URL.revokeObjectURL(heard.src);
    heard.removeAttribute("src");
    heard.hidden = true;
    told.textContent = "";
  }
}

async function listen() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const context = new AudioContext(); // at its own rate: Firefox connects a microphone to no other
  const [track] = stream.getTracks();
  try {
    await context.audioWorklet.addModule(page.listener);
    const mono = { channelCount: 1, channelCountMode: "explicit" };
    const listener = new AudioWorkletNode(context, "listener", mono);
    // What `rate` cannot hold would come back as noise: Butterworth of fourth order, its Q in decibels.
    const [first, second] = [-5.33, 2.32].map(
      (Q) => new BiquadFilterNode(context, { type: "lowpass", frequency: 0.42 * rate, Q }),
    );
    const source = context.createMediaStreamSource(stream);
    source.connect(first).connect(second).connect(listener);
    listener.connect(context.destination); // silent, but only what leads there is sure to run
    const close = () => {
      listener.port.close();
      track.stop();
      context.close();
    };
    return { rate: context.sampleRate, port: listener.port, source, track, close };
  } catch (error) {
    track.stop();
    context.close();
    throw error;
  }
}

async function resampled(pieces, samples, from) {
  const most = mostSeconds * rate;
  const context = new OfflineAudioContext(1, Math.min(Math.ceil((samples * rate) / from), most), rate);
  const buffer = context.createBuffer(1, samples, from);
  let at = 0;
  for (const each of pieces) {
    buffer.copyToChannel(each, 0, at);
    at += each.length;
  }
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(context.destination);
  source.start();
  return (await context.startRendering()).getChannelData(0);
}

// Mono, 16 bits.
function wav(samples) {
  const view = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const write = (at, text) => [...text].forEach((each, n) => view.setUint8(at + n, each.charCodeAt(0)));
  write(0, "RIFF");
  view.setUint32(4, view.byteLength - 8, true);
  write(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((each, n) => view.setInt16(44 + 2 * n, Math.max(-1, Math.min(1, each)) * 32767, true));
  return new File([view], "recording.wav", { type: "audio/wav" });
}
