"""The Julabo bath of lewis, which says when it can be called.

usage: julabo.py ADAPTER PORT
"""

import socket
import subprocess
import sys
import time
from pathlib import Path

lewis = Path(sys.executable).with_name("lewis")
bath = subprocess.Popen([lewis, "julabo", "-p", sys.argv[1]], stderr=subprocess.DEVNULL)
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
    # Whoever started this process ends it; the bath then notices that its parent is gone.
    sys.stdin.read()
finally:
    bath.kill()
