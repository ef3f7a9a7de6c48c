using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>LonWorks over IP channels (ISO/IEC 14908-4, CEA-852 section 8): a common header of 20 octets before the LonTalk packet.</summary>
internal sealed class Lon : IProtocol
{
    private const int VersionOffset = 2, TypeOffset = 3, ExtensionOffset = 4, VendorOffset = 6, HeaderOctets = 20;
    private const byte Version = 1, Data = 0x01, Acknowledge = 0x07;

    public string Name => "lon";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [1628, 1629];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < HeaderOctets || payload[VersionOffset] != Version || BinaryPrimitives.ReadUInt16BigEndian(payload) != payload.Length
            || !IsType(payload[TypeOffset]))
            return Verdict.None;
        return payload[ExtensionOffset] == 0 && BinaryPrimitives.ReadUInt16BigEndian(payload[VendorOffset..]) == 0 ? Verdict.Certain : Verdict.Weak;
    }

    public int Measure(ReadOnlySpan<byte> stream) => -1;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < HeaderOctets) return;
        var type = message[TypeOffset];
        notes.Function(type);
        if (type is not (Data or Acknowledge)) notes.Effect(type >= 0x60 ? Effect.Identify : Effect.Admin);
    }

    /// <summary>Data 01, registration and configuration of channel members 03-08 and 60-7F.</summary>
    private static bool IsType(byte type) => type is (>= Data and <= 8) or (>= 0x60 and <= 0x7F);
}
