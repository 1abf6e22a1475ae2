#!/usr/bin/env bash
# Installs what the third-party peers need, and only what is missing.
#   install.sh VENV
# Debian and Ubuntu packages through apt-get (with sudo where not root), Python
# packages into the virtual environment VENV, at the versions pinned beside this file.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
venv=$1

# package, then the program that proves it where there is no dpkg (- = a library)
packages="
poppler-utils pdfsig
qpdf qpdf
libnss3-tools certutil
xmlsec1 xmlsec1
libxml2-utils xmllint
xvfb Xvfb
xdotool xdotool
imagemagick identify
postgresql initdb
lxi-tools lxi
sigrok-cli sigrok-cli
pkg-config pkg-config
libudev-dev -
libgl1 -
libegl1 -
libgl1-mesa-dri -
libx11-xcb1 -
libxcursor1 -
libxi6 -
libxrandr2 -
libxkbcommon-x11-0 -
fonts-noto-cjk -
"

is_installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

# Python 3.11 or later that can make virtual environments.
has_python() {
  python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

if command -v dpkg-query >/dev/null; then
  missing=""
  while read -r package _; do
    [ -z "$package" ] || is_installed "$package" || missing="$missing $package"
  done <<<"$packages"
  has_python || missing="$missing python3 python3-venv"
  if [ -n "$missing" ]; then
    echo "installing:$missing"
    as_root=""
    [ "$(id -u)" -eq 0 ] || as_root="sudo"
    $as_root apt-get update -qq
    # shellcheck disable=SC2086  # the list is words on purpose
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
  fi
else
  missing=""
  while read -r package program; do
    [ -z "$package" ] || [ "$program" = "-" ] || command -v "$program" >/dev/null || missing="$missing $program"
  done <<<"$packages"
  if [ -n "$missing" ]; then
    echo "neither Debian nor Ubuntu: install these programs yourself, then come back:$missing" >&2
    exit 1
  fi
fi
if ! has_python; then
  echo "python3 is $(python3 --version 2>&1), wanted 3.11 or later with venv" >&2
  exit 1
fi

# The environment is made anew when the list of versions has changed, or the
# interpreter behind it went away.
wanted="$(sha256sum <"$here/requirements.txt")"
if [ "$(cat "$venv/requirements.sha256" 2>/dev/null)" != "$wanted" ] || ! "$venv/bin/python" -c '' 2>/dev/null; then
  echo "making the Python environment of the peers"
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$here/requirements.txt"
  "$venv/bin/pip" check
  echo "$wanted" >"$venv/requirements.sha256"
fi

# A VISA library of other people, loaded at run time by the tests that need one.
library="$venv/librsvisa_ivi.so"
pinned="$(sha256sum <"$here/visa-library/Cargo.lock")"
if [ ! -e "$library" ] || [ "$(cat "$library.sha256" 2>/dev/null)" != "$pinned" ]; then
  echo "building the VISA library of the peers"
  built="$(dirname "$venv")/peers-visa"
  cargo build --quiet --locked --release --target-dir "$built" \
    --manifest-path "$here/visa-library/Cargo.toml" --package rsvisa-ivi
  cp "$built/release/librsvisa_ivi.so" "$library"
  echo "$pinned" >"$library.sha256"
fi
echo "the peers are in place"
