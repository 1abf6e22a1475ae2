"""Reads a meter of a served bench with the client of gurux-dlms.

usage: dlms_client.py PORT | HOST PORT

HDLC over its optical head, or the wrapper over TCP.

Prints serial number, scaled forward active energy with its unit, and voltage of L1; prints
energy and voltage again whenever a line comes in; ends with the input.
"""

import socket
import sys

import serial
from gurux_dlms import GXByteBuffer, GXDLMSClient, GXReplyData
from gurux_dlms.enums import Authentication, InterfaceType
from gurux_dlms.objects import GXDLMSData, GXDLMSRegister

is_tcp = len(sys.argv) > 2
kind = InterfaceType.WRAPPER if is_tcp else InterfaceType.HDLC
client = GXDLMSClient(True, 16, 1, Authentication.NONE, None, kind)
if is_tcp:
    line = socket.create_connection((sys.argv[1], int(sys.argv[2])), 5).makefile("rwb", buffering=0)
else:
    line = serial.Serial(sys.argv[1], 9600, timeout=5)


def exchange(request):
    """Sends one frame, or several, and gives what is answered to them."""
    reply = GXReplyData()
    for frame in request if isinstance(request, list) else [request]:
        reply.clear()
        line.write(frame)
        heard = GXByteBuffer()
        while True:
            byte = line.read(1)
            assert byte, f"no answer to {bytes(frame).hex()} beside {heard}"
            heard.set(byte)
            if is_tcp or (byte == b"\x7e" and len(heard) > 2):
                heard.position = 0
                if client.getData(heard, reply):
                    break
    return reply


def read(thing, number):
    reply = exchange(client.read(thing, number))
    return client.updateValue(thing, number, reply.value)


if not is_tcp:
    client.parseUAResponse(exchange(client.snrmRequest()).data)
client.parseAareResponse(exchange(client.aarqRequest()).data)
number = read(GXDLMSData("0.0.96.1.0.255"), 2)
print("serial", bytes(number).decode() if not isinstance(number, str) else number, flush=True)
energy, voltage = GXDLMSRegister("1.0.1.8.0.255"), GXDLMSRegister("1.0.32.7.0.255")
for register in (energy, voltage):
    read(register, 3)
while True:
    read(energy, 2)
    read(voltage, 2)
    print(f"energy {energy.value} {int(energy.unit)} {voltage.value}", flush=True)
    if not sys.stdin.readline():
        break
exchange(client.disconnectRequest())
