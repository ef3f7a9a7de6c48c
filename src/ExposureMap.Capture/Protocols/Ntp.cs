using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Network time, RFC 5905 section 7.3; modes 6 and 7 are control (RFC 9327) and private.</summary>
internal sealed class Ntp : IProtocol
{
    private const ushort Port = 123;
    private const int Length = 48;                               // RFC 5905 figure 8, without extensions
    private const int Stratum = 1, Poll = 2, Precision = 3, RootDelay = 4, RootDispersion = 8, Reference = 16, Origin = 24, Receive = 32;
    private const uint FirstSecond = 0x83AA7E80;                 // of 1970; clocks that were set show no earlier time until 2036
    private const int LeastPrecision = -32;                      // of a second, as a power of two
    private const int SymmetricActive = 1, Client = 3, Server = 4, Broadcast = 5, Control = 6, Private = 7;   // figure 10

    public string Name => "ntp";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (!carrier.Uses(Port) || payload.Length < 8 || Version(payload) is < 1 or > 4) return Verdict.None;
        return Mode(payload) switch
        {
            >= SymmetricActive and <= Broadcast =>
                payload.Length >= Length && payload[Stratum] <= 16 && payload[Poll] <= 24
                    ? IsSensible(payload) ? Verdict.Certain : Verdict.Weak
                    : Verdict.None,
            Control or Private => Verdict.Weak,
            _ => Verdict.None,
        };
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < 8) return;
        switch (Mode(message))
        {
            case Client:
                notes.SenderIs(Party.Client);
                break;
            case Server or Broadcast when message[Stratum] is > 0 and < 16:
                notes.SenderIs(Party.Server);
                notes.SenderFact(FactKind.Role, "ntp server");
                break;
        }
    }

    /// <summary>
    /// Extensions come in words; delays are short of 256 seconds; times before the sender's own (which clients may blur) are not set or of our days.
    /// </summary>
    private static bool IsSensible(ReadOnlySpan<byte> message) =>
        message.Length % 4 == 0 && (sbyte)message[Precision] is <= 0 and >= LeastPrecision && message[RootDelay] == 0 && message[RootDispersion] == 0
        && IsTime(message[Reference..]) && IsTime(message[Origin..]) && IsTime(message[Receive..]);

    private static bool IsTime(ReadOnlySpan<byte> timestamp) => BinaryPrimitives.ReadUInt32BigEndian(timestamp) is 0 or >= FirstSecond;

    private static int Version(ReadOnlySpan<byte> message) => message[0] >> 3 & 7;

    private static int Mode(ReadOnlySpan<byte> message) => message[0] & 7;
}
