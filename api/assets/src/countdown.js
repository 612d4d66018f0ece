// The page says until when the window is held; this counts the seconds. The server's seconds are used, not this machine's clock.
const say = (seconds) => (seconds >= 60
  ? `${Math.floor(seconds / 60)} minute${seconds < 120 ? '' : 's'} ${String(seconds % 60).padStart(2, '0')} seconds`
  : `${seconds} second${seconds === 1 ? '' : 's'}`);

export function countDown(box) {
  const clock = box.querySelector('[data-desk="clock"]');
  const countdown = box.querySelector('[data-desk="countdown"]');
  const announce = box.querySelector('[data-desk="announce"]');
  const end = performance.now() + Number(box.dataset.seconds) * 1000;
  let saidLast = false;
  countdown.hidden = false;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    clock.textContent = say(left);
    if (left <= 60 && left > 0 && !saidLast) {
      saidLast = true;
      announce.textContent = 'The window is held for one more minute.';
    }
    if (left > 0) return;
    clearInterval(timer);
    countdown.hidden = true;
    box.querySelector('[data-desk="over"]').hidden = false;
    announce.textContent = 'The time has run out. The window is not held any more.';
  };
  const timer = setInterval(tick, 1000);
  tick();
}
