"""A DLMS/COSEM meter of gurux-dlms, over the TCP wrapper or over HDLC on a socket.

usage: dlms_server.py wrapper|hdlc PORT [password|gmac|ciphered|ciphered-gmac|stale-ciphered|none
       [blocks]]

With `blocks` its messages have at most 64 bytes, so that long values come in blocks; without,
over HDLC, a long value comes in segments of one message.

The package's server calls methods that this version lacks (`setReply`,
`getConnectionInfo`, `notifyRead`, `setTransaction`, `getTransaction`, `setData`) and a
number (`gbtWndowSize`), fails at the client's proof (`list(e)` of one argument),
gives the keys of a ciphered request in the wrong order, and three lengths in its answer to an
association are wrong: all that is supplied here,
and so is what the package leaves to the owner of a meter. Encoding, ciphering, tags and
proofs are its own throughout.
"""

import inspect
import os
import socketserver
import sys
import textwrap

from gurux_dlms import GXServerReply
from gurux_dlms.AesGcmParameter import AesGcmParameter
from gurux_dlms.ConnectionState import ConnectionState
from gurux_dlms.GXByteBuffer import GXByteBuffer
from gurux_dlms.GXCiphering import GXCiphering
from gurux_dlms.GXDLMS import GXDLMS
from gurux_dlms.GXDLMSLNParameters import GXDLMSLNParameters
from gurux_dlms.GXDLMSLongTransaction import GXDLMSLongTransaction
from gurux_dlms.GXDLMSServer import GXDLMSServer
from gurux_dlms.GXDLMSSettings import GXDLMSSettings
from gurux_dlms.GXSecure import GXSecure
from gurux_dlms.enums import (
    AccessMode,
    Authentication,
    Command,
    DataType,
    ErrorCode,
    InterfaceType,
    MethodAccessMode,
    Security,
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
GXDLMSServer.getTransaction = lambda self: self.transaction
GXDLMSServer.setTransaction = lambda self, begun: setattr(self, "transaction", begun)
GXDLMSSettings.gbtWndowSize = 1
GXDLMSLongTransaction.setData = lambda self, rest: setattr(self, "data", rest)



def deciphered(settings, info):
    """A ciphered request, with system title and keys in the order that deciphering wants."""
    cipher = settings.cipher
    info.data.position -= 1
    keys = (cipher.blockCipherKey, cipher.authenticationKey)
    plain = GXCiphering.decrypt(
        settings, AesGcmParameter(0, settings.sourceSystemTitle, *keys), info.data
    )
    info.data.clear()
    info.data.set(plain)
    info.command = Command(info.data.getUInt8())


GXDLMS.handleGloDedRequest = staticmethod(deciphered)

# The answer to an association, with the lengths that its parts have.
apdu = sys.modules[GXDLMSServer.handleAarqRequest.__globals__["_GXAPDU"].__module__]
answer = textwrap.dedent(inspect.getsource(apdu._GXAPDU.generateAARE.__func__))
for wrong, right in (
    ("data.setUInt8((len(cipher.systemTitle)))", "data.setUInt8(len(cipher.systemTitle) + 2)"),
    ("data.setUInt8()\n", "data.setUInt8(len(cipher.systemTitle))\n"),
    ("data.setUInt8((len(settings.stoCChallenge)))", "data.setUInt8(len(settings.stoCChallenge) + 2)"),
):
    assert answer.count(wrong) == 1, f"this version of the package has no {wrong!r} to mend"
    answer = answer.replace(wrong, right)
exec(answer.replace("@classmethod\n", ""), vars(apdu))
apdu._GXAPDU.generateAARE = classmethod(apdu.generateAARE)

SECURITY = sys.argv[3] if len(sys.argv) > 3 else ""
# The keys are those that the package begins with, from the examples of the Green Book.
TITLE = b"GRX12345"
PASSWORD = b"open-sesame"


class Meter(GXDLMSServer):
    """One meter with a serial number, a long text and two registers."""

    def __init__(self, interface):
        super().__init__(True, interface)
        serial = GXDLMSData("0.0.96.1.0.255")
        serial.value = "ET260001"
        serial.setDataType(2, DataType.STRING)
        text = GXDLMSData("0.0.96.1.1.255")
        text.value = "0123456789" * 30
        text.setDataType(2, DataType.STRING)
        energy = GXDLMSRegister("1.0.1.8.0.255")
        energy.value, energy.scaler, energy.unit = 12345678, 1, Unit.ACTIVE_ENERGY
        energy.setDataType(2, DataType.UINT32)
        voltage = GXDLMSRegister("1.0.32.7.0.255")
        voltage.value, voltage.scaler, voltage.unit = 2201, 0.1, Unit.VOLTAGE
        voltage.setDataType(2, DataType.UINT16)
        association = GXDLMSAssociationLogicalName()
        if SECURITY.endswith(("gmac", "ciphered")):
            self.settings.cipher = GXCiphering(TITLE)
            if SECURITY != "gmac":
                self.settings.cipher.security = Security.AUTHENTICATION_ENCRYPTION
        for thing in (association, serial, text, energy, voltage):
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
        if sys.argv[4:] == ["blocks"]:
            self.settings.maxPduSize = 64
        if SECURITY == "password":
            known = authentication == Authentication.LOW and bytes(password) == PASSWORD
            return SourceDiagnostic.NONE if known else SourceDiagnostic.AUTHENTICATION_FAILURE
        if SECURITY.endswith("gmac") and authentication != Authentication.HIGH_GMAC:
            return SourceDiagnostic.AUTHENTICATION_REQUIRED
        return SourceDiagnostic.NONE

    def onFindObject(self, objectType, sn, ln):
        return None

    def onGetAttributeAccess(self, arg):
        return AccessMode.READ

    def onGetMethodAccess(self, arg):
        return MethodAccessMode.NO_ACCESS

    def handleCommand(self, cmd, data, sr):
        if self.settings.cipher:
            # The package sends every answer under the same number, which gives a key away.
            self.settings.cipher.invocationCounter += 0 if SECURITY.startswith("stale") else 1
        if cmd != Command.METHOD_REQUEST:
            return super().handleCommand(cmd, data, sr)
        frame = self.settings.getNextSend(False) if self.replyData else 0
        self.prove(data)
        if self.settings.interfaceType == InterfaceType.WRAPPER:
            return GXDLMS.getWrapperFrame(self.settings, cmd, self.replyData)
        return GXDLMS.getHdlcFrame(self.settings, frame, self.replyData)

    def prove(self, data):
        """Judges the client's proof, and gives the meter's own (reply_to_HLS_authentication)."""
        settings, cipher = self.settings, self.settings.cipher
        data.getUInt8()
        invocation = data.getUInt8()
        # Class, object, method, selection, and tag and length of the proof.
        data.position = data.position + 2 + 6 + 1 + 1 + 2
        given = bytes(data.getUInt8() for _ in range(17))
        number = int.from_bytes(given[1:5], "big")
        wanted = GXSecure.secure(
            settings, cipher, number, settings.stoCChallenge, settings.sourceSystemTitle
        )
        holds = bytes(wanted) == given
        answer = GXByteBuffer()
        if holds:
            proof = GXSecure.secure(
                settings, cipher, cipher.invocationCounter, settings.ctoSChallenge, cipher.systemTitle
            )
            answer.set(bytes([1, 0, 9, len(proof)]) + bytes(proof))
            settings.connected |= ConnectionState.DLMS
        else:
            answer.setUInt8(0)
        error = ErrorCode.OK if holds else ErrorCode.READ_WRITE_DENIED
        method = Command.METHOD_RESPONSE
        said = GXDLMSLNParameters(settings, invocation, method, 1, None, answer, error)
        GXDLMS.getLNPdu(said, self.replyData)

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
    # The package tells what it deciphers, and nobody listens any more.
    sys.stdout = open(os.devnull, "w")
    server.serve_forever()
