"""Reads a meter of a served bench with the client of gurux-dlms and the meter's keys.

usage: dlms_secured_client.py HOST PORT ENCRYPTION AUTHENTICATION NUMBER

Keys in hexadecimal digits, NUMBER of the first message. High-level security by GMAC, every message
authenticated and encrypted, in the wrapper over TCP.

Prints `associated` or `refused` and, associated, serial number and forward active energy. Then, for each
line that comes in: `again` reads the energy once more; `replay` sends the last message once more as it
was, and prints what was answered; ends with the input.
"""

import socket
import sys

from gurux_dlms import GXByteBuffer, GXReplyData
from gurux_dlms.enums import Authentication, InterfaceType, Security
from gurux_dlms.objects import GXDLMSData, GXDLMSRegister
from gurux_dlms.secure import GXDLMSSecureClient

client = GXDLMSSecureClient(True, 1, 1, Authentication.HIGH_GMAC, None, InterfaceType.WRAPPER)
client.ciphering.systemTitle = b"ETL\0\0\0\0\1"
client.ciphering.blockCipherKey = bytes.fromhex(sys.argv[3])
client.ciphering.authenticationKey = bytes.fromhex(sys.argv[4])
client.ciphering.security = Security.AUTHENTICATION_ENCRYPTION
client.ciphering.invocationCounter = int(sys.argv[5])
line = socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)
last = b""


def heard():
    """One message in its wrapper, as bytes."""
    frame = b""
    while len(frame) < 8 or len(frame) < 8 + int.from_bytes(frame[6:8], "big"):
        more = line.recv(2048)
        assert more, "the meter hung up"
        frame += more
    return frame


def exchange(request):
    """Sends one frame, or several, and gives what is answered to them."""
    global last
    reply = GXReplyData()
    for frame in request if isinstance(request, list) else [request]:
        reply.clear()
        last = bytes(frame)
        line.sendall(last)
        client.getData(GXByteBuffer(heard()), reply)
    return reply


def read(thing, number):
    reply = exchange(client.read(thing, number))
    return client.updateValue(thing, number, reply.value)


try:
    client.parseAareResponse(exchange(client.aarqRequest()).data)
    client.parseApplicationAssociationResponse(
        exchange(client.getApplicationAssociationRequest()).data
    )
except Exception as refused:
    # gurux breaks its words into two lines.
    print("refused", type(refused).__name__, *str(refused).split(), flush=True)
    sys.exit(0)
print("associated", flush=True)
number = read(GXDLMSData("0.0.96.1.0.255"), 2)
print("serial", bytes(number).decode() if not isinstance(number, str) else number, flush=True)
energy = GXDLMSRegister("1.0.1.8.0.255")
read(energy, 3)
while True:
    read(energy, 2)
    print(f"energy {energy.value} {int(energy.unit)} asked {last[8]:02x}", flush=True)
    asked = sys.stdin.readline().strip()
    while asked == "replay":
        line.sendall(last)
        print("answered", heard()[8:].hex(), flush=True)
        asked = sys.stdin.readline().strip()
    if not asked:
        break
