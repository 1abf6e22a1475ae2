#!/usr/bin/env bash
# The real window and the command line on one laboratory: each sees the other's runs, and whoever asks
# second for a bench is told who has it.
#   beside.sh ETALON LABORATORY FOLDER
# ETALON is the command; etalon-gui lies beside it. LABORATORY is a demonstration. Leaves beside.png, in
# which the window says who holds the bench, in FOLDER.
set -euo pipefail
etalon=$1 laboratory=$2 folder=$3
mkdir -p "$folder"
scratch="$(mktemp -d)"
screen="" window="" run=""

finish() {
  for process in "$run" "$window" "$screen"; do
    [ -z "$process" ] || kill "$process" 2>/dev/null || true
  done
  wait 2>/dev/null || true
  rm -rf "$scratch"
}
trap finish EXIT

fail() {
  echo "beside: $1" >&2
  exit 1
}

runs() { "$etalon" --lab "$laboratory" record list; }
last() { runs | tail -1; }
await() { # await SECONDS WORDS-OF-THE-LAST-RUN
  for _ in $(seq "$(($1 * 5))"); do
    if last | grep -q "$2"; then return; fi
    sleep 0.2
  done
  fail "the last run is not '$2': $(last)"
}
procedure=cn.jjg596.direct.basic-error
calibrate=("$etalon" --lab "$laboratory" run "$procedure" --bench meters-6 --item DD26000001
  --operator chen.yu --answers "$scratch/answers.toml")
cat >"$scratch/answers.toml" <<'ANSWERS'
schema = "etalon.answers/1"
[[answer]]
field = "dut.serial"
value = "DD26000001"
[[answer]]
stage = "prepare"
value = "yes"
ANSWERS

mkfifo "$scratch/number"
Xvfb -displayfd 3 -screen 0 1280x860x24 -nolisten tcp 3>"$scratch/number" 2>/dev/null &
screen=$!
read -r -t 20 number <"$scratch/number" || fail "the virtual screen did not start"
export DISPLAY=":$number" LIBGL_ALWAYS_SOFTWARE=1
unset WAYLAND_DISPLAY
"$(dirname "$etalon")/etalon-gui" "$laboratory" --lang en >"$scratch/words" 2>&1 &
window=$!
for _ in $(seq 100); do
  xdotool search --onlyvisible --name Etalon >/dev/null 2>&1 && break
  sleep 0.2
done
sleep 4
press() { xdotool mousemove "$1" "$2" click 1; }
start() { press 115 100; } # the button "Start demonstration run"
stop() { press 1196 30; }  # the button "STOP"

begin() { # the first frames take nobody's presses
  local before
  before="$(runs | wc -l)"
  for _ in $(seq 20); do
    start
    sleep 1.5
    [ "$(runs | wc -l)" -gt "$before" ] && break
  done
  await 20 'meters-6 .* open'
}

begin
status=0
"${calibrate[@]}" 2>"$scratch/refused" || status=$?
[ "$status" = 5 ] || fail "the command line was not refused (exit $status) while the window's run goes on"
grep -q "process $window" "$scratch/refused" || fail "not told who holds the bench: $(cat "$scratch/refused")"
stop
await 30 'aborted .* confirmed'

"${calibrate[@]}" >"$scratch/own" 2>&1 &
run=$!
await 20 'meters-6 .* open'
before="$(runs | wc -l)"
start
sleep 3
import -window root "$folder/beside.png"
[ "$(runs | wc -l)" = "$before" ] || fail "the window began a run on a bench that is held"
kill -INT "$run"
status=0
wait "$run" || status=$?
run=""
[ "$status" = 3 ] || fail "the interrupted run ended with $status"
kill -0 "$window" || fail "the window is gone"

# The desktop is left while the window's own run goes on: the window ends by itself, and safely.
begin
kill -HUP "$window"
await 30 'aborted .* confirmed'
wait "$window" || fail "the window that was hung up on ended with $?"
window=""
echo "window and command line shared $laboratory: each refused the other's bench with its holder named, and a window that was hung up on left its bench safe"
