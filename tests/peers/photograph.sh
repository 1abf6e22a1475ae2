#!/usr/bin/env bash
# Opens the window on a laboratory in a virtual screen and photographs it.
#   photograph.sh PROGRAM LABORATORY FOLDER
# Leaves window-en.png and window-zh.png in FOLDER. Fails when the program ends
# by itself, shows no window, or the picture is blank.
set -euo pipefail
program=$1 laboratory=$2 folder=$3
mkdir -p "$folder"
scratch="$(mktemp -d)"
screen=""
window=""

finish() {
  [ -z "$window" ] || kill "$window" 2>/dev/null || true
  [ -z "$screen" ] || kill "$screen" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$scratch"
}
trap finish EXIT

fail() {
  echo "photograph: $1" >&2
  [ ! -s "$scratch/words" ] || sed 's/^/  /' "$scratch/words" >&2
  exit 1
}

# The server chooses a free display and says which.
mkfifo "$scratch/number"
Xvfb -displayfd 3 -screen 0 1280x860x24 -nolisten tcp 3>"$scratch/number" 2>/dev/null &
screen=$!
read -r -t 20 number <"$scratch/number" || fail "the virtual screen did not start"
export DISPLAY=":$number" LIBGL_ALWAYS_SOFTWARE=1
unset WAYLAND_DISPLAY

# A picture shows something when it has many colours and no single one covers it.
colours() { identify -format '%k' "$1"; }
is_blank() { [ "$(colours "$1")" -lt 40 ]; }

import -window root "$scratch/bare.png"
is_blank "$scratch/bare.png" || fail "a bare screen passes for a window, so the check is worth nothing"

photograph() { # photograph LANGUAGE
  local picture="$folder/window-$1.png" found=""
  "$program" "$laboratory" --lang "$1" >"$scratch/words" 2>&1 &
  window=$!
  for _ in $(seq 100); do
    kill -0 "$window" 2>/dev/null || fail "the program ended before its window was seen"
    found="$(xdotool search --onlyvisible --name 'Etalon' 2>/dev/null | head -1)" || true
    [ -z "$found" ] || break
    sleep 0.2
  done
  [ -n "$found" ] || fail "no window called Etalon within 20 s"
  for _ in $(seq 50); do # the first frames may come before the fonts
    sleep 0.4
    import -window root "$picture"
    is_blank "$picture" || break
  done
  is_blank "$picture" && fail "the window stays blank ($(colours "$picture") colours)"
  sleep 1
  import -window root "$picture"
  kill -0 "$window" 2>/dev/null || fail "the program ended while it was photographed"
  kill "$window"
  wait "$window" 2>/dev/null || true
  window=""
  echo "photographed: $picture, $(colours "$picture") colours"
}

photograph en
photograph zh
if cmp -s "$folder/window-en.png" "$folder/window-zh.png"; then
  fail "the window shows the same in English and in Chinese"
fi
