"""Announces an instrument as LXI devices do, through zeroconf, until it is ended.

usage: announcer.py ADDRESS PORT

Source of the names: LXI Device Specification 1.5, 10.4.2 and 10.4.3.
"""

import socket
import sys

from zeroconf import ServiceInfo, Zeroconf

zeroconf = Zeroconf(interfaces=[sys.argv[1]])
zeroconf.register_service(
    ServiceInfo(
        "_scpi-raw._tcp.local.",
        f"Etalon Peer {sys.argv[2]}._scpi-raw._tcp.local.",
        addresses=[socket.inet_aton(sys.argv[1])],
        port=int(sys.argv[2]),
        properties={
            "txtvers": "1",
            "Manufacturer": "PEER",
            "Model": "P1",
            "SerialNumber": "42",
            "FirmwareVersion": "1.0",
        },
        server=f"etalon-peer-{sys.argv[2]}.local.",
    )
)
print("ready", flush=True)
sys.stdin.read()
zeroconf.close()
