"""A DLMS/COSEM meter of gurux-dlms, over the TCP wrapper or over HDLC on a socket.

usage: dlms_server.py wrapper|hdlc PORT

The package's server calls methods that this version lacks (`setReply`,
`getConnectionInfo`, `notifyRead`): they are supplied here, and so is what the package
leaves to the owner of a meter. Encoding and decoding are its own throughout.
"""

import socketserver
import sys

from gurux_dlms import GXServerReply
from gurux_dlms.GXDLMSServer import GXDLMSServer
from gurux_dlms.enums import (
    AccessMode,
    DataType,
    InterfaceType,
    MethodAccessMode,
    SourceDiagnostic,
    Unit,
)
from gurux_dlms.objects import (
    GXDLMSAssociationLogicalName,
    GXDLMSData,
    GXDLMSHdlcSetup,
    GXDLMSRegister,
)

GXServerReply.setReply = lambda self, reply: setattr(self, "reply", reply)
GXServerReply.getConnectionInfo = lambda self: self.connectionInfo


class Meter(GXDLMSServer):
    """One meter with a serial number and two registers."""

    def __init__(self, interface):
        super().__init__(True, interface)
        serial = GXDLMSData("0.0.96.1.0.255")
        serial.value = "ET260001"
        serial.setDataType(2, DataType.STRING)
        energy = GXDLMSRegister("1.0.1.8.0.255")
        energy.value, energy.scaler, energy.unit = 12345678, 1, Unit.ACTIVE_ENERGY
        energy.setDataType(2, DataType.UINT32)
        voltage = GXDLMSRegister("1.0.32.7.0.255")
        voltage.value, voltage.scaler, voltage.unit = 2201, 0.1, Unit.VOLTAGE
        voltage.setDataType(2, DataType.UINT16)
        association = GXDLMSAssociationLogicalName()
        for thing in (association, serial, energy, voltage):
            self.items.append(thing)
            association.objectList.append(thing)
        if interface == InterfaceType.HDLC:
            # The lengths of frames that the answer to the call for a connection states,
            # under the names that the package looks for.
            self.hdlc = GXDLMSHdlcSetup()
            self.hdlc.inactivityTimeout = 0
            self.hdlc.maxInfoTX = self.hdlc.maxInfoRX = 128
            self.hdlc.windowSizeTX = self.hdlc.windowSizeRX = 1
            self.settings.hdlc.update = lambda _: None
        self.initialize()

    def isTarget(self, serverAddress, clientAddress):
        return True

    def onValidateAuthentication(self, authentication, password):
        return SourceDiagnostic.NONE

    def onFindObject(self, objectType, sn, ln):
        return None

    def onGetAttributeAccess(self, arg):
        return AccessMode.READ

    def onGetMethodAccess(self, arg):
        return MethodAccessMode.NO_ACCESS

    def nothing(self, *_):
        """Nothing else happens to this meter."""

    onConnected = onDisconnected = onInvalidConnection = nothing
    notifyRead = onPreGet = onPostGet = onPreRead = onPostRead = nothing
    onPreWrite = onPostWrite = onPreAction = onPostAction = nothing


kind = InterfaceType.WRAPPER if sys.argv[1] == "wrapper" else InterfaceType.HDLC


class Caller(socketserver.BaseRequestHandler):
    """One caller; the meter begins anew with each."""

    def handle(self):
        meter = Meter(kind)
        while said := self.request.recv(2048):
            reply = GXServerReply(bytearray(said))
            meter.handleRequest(reply)
            if reply.reply:
                self.request.sendall(bytes(reply.reply))


socketserver.TCPServer.allow_reuse_address = True
with socketserver.TCPServer(("127.0.0.1", int(sys.argv[2])), Caller) as server:
    print("ready", flush=True)
    server.serve_forever()
