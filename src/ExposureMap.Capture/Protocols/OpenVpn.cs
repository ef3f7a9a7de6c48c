using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// OpenVPN's control channel, "OpenVPN Wire Protocol" (draft, section 4): opcode and key id, session, acknowledged packets, packet id.
/// </summary>
internal sealed class OpenVpn : IProtocol
{
    private const ushort Port = 1194;
    private const int LengthPrefix = 2;                          // on TCP
    private const byte HardResetClient = 7 << 3, HardResetServer = 8 << 3, HardResetClientThree = 10 << 3;
    private const int ResetLength = 14, AcknowledgedCount = 9;   // without tls-auth: opcode, session (8), count, packet id
    private const int FirstOpcode = 1, LastOpcode = 11;
    // tls-auth: a digest behind the session, then packet id and time
    private const int SessionEnd = 9, TimeLength = 4, ProtectedLength = ResetLength + 2 * TimeLength;

    public string Name => "openvpn";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp, Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (carrier.Transport == Transport.Tcp)
        {
            if (payload.Length < LengthPrefix + ResetLength || payload[0] != 0
                || BinaryPrimitives.ReadUInt16BigEndian(payload) != payload.Length - LengthPrefix)
                return Verdict.None;
            payload = payload[LengthPrefix..];
        }

        if (payload.Length < ResetLength) return Verdict.None;
        var isReset = payload[0] is HardResetClient or HardResetServer or HardResetClientThree;
        if (payload[0] == HardResetClient && payload.Length == ResetLength && payload[AcknowledgedCount..].IndexOfAnyExcept((byte)0) < 0
            && payload[1..AcknowledgedCount].Count((byte)0) <= 1)
            return Verdict.Certain;                              // a session's number is random
        if (payload[0] == HardResetClient && IsProtectedReset(payload)) return Verdict.Certain;
        if (!carrier.Uses(Port)) return Verdict.None;
        return isReset || payload[0] >> 3 is >= FirstOpcode and <= LastOpcode && (payload[0] & 7) <= 1 ? Verdict.Weak : Verdict.None;
    }

    /// <summary>
    /// The first packet under tls-auth (digests of MD5, SHA-1, SHA-256, SHA-512) or tls-crypt (packet id and time before a tag of SHA-256, all else
    /// encrypted).
    /// </summary>
    private static bool IsProtectedReset(ReadOnlySpan<byte> payload)
    {
        var digest = payload.Length - ProtectedLength;
        if (digest is not (16 or 20 or 32 or 64)) return false;
        var rest = payload[(SessionEnd + digest)..];
        return IsFirst(rest) && rest[(2 * TimeLength)..].IndexOfAnyExcept((byte)0) < 0 || digest == 32 && IsFirst(payload[SessionEnd..]);
    }

    private static bool IsFirst(ReadOnlySpan<byte> packetId) => BinaryPrimitives.ReadUInt32BigEndian(packetId) == 1;

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < LengthPrefix) return 0;
        return BinaryPrimitives.ReadUInt16BigEndian(stream) is > 0 and var length ? LengthPrefix + length : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (notes.Carrier.Transport == Transport.Tcp) message = message[Math.Min(LengthPrefix, message.Length)..];
        if (message.Length == 0) return;
        if (message[0] is HardResetClient or HardResetClientThree) notes.SenderIs(Party.Client);
        if (message[0] == HardResetServer) notes.SenderIs(Party.Server);
        notes.Effect(Effect.Opaque);
    }
}
