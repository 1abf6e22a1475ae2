"""The Julabo bath of lewis, which says when it can be called.

usage: julabo.py ADAPTER PORT
"""

import ctypes
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1  # prctl(2)


def end_with_parent():
    """This process may be killed: the kernel then ends the bath, too."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


lewis = Path(sys.executable).with_name("lewis")
bath = subprocess.Popen(
    [lewis, "julabo", "-p", sys.argv[1]], stderr=subprocess.DEVNULL, preexec_fn=end_with_parent
)
try:
    while True:
        try:
            socket.create_connection(("127.0.0.1", int(sys.argv[2])), 1).close()
            break
        except OSError:
            if bath.poll() is not None:
                sys.exit("lewis ended")
            time.sleep(0.1)
    print("ready", flush=True)
    sys.stdin.read()
finally:
    bath.kill()
