using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>WireGuard, Donenfeld 2017 section 5.4: four message types with fixed lengths, three reserved octets.</summary>
internal sealed class WireGuard : IProtocol
{
    private const ushort Port = 51820;
    private const int InitiationLength = 148, ResponseLength = 92, CookieLength = 64, DataHead = 32;
    private const byte Initiation = 1, Response = 2, Cookie = 3, Data = 4;
    private const int SecondCode = 16;                           // mac2, zero unless the server is under load

    public string Name => "wireguard";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < DataHead || payload[1] != 0 || payload[2] != 0 || payload[3] != 0) return Verdict.None;
        switch (payload[0])
        {
            case Initiation when payload.Length == InitiationLength:
            case Response when payload.Length == ResponseLength:
                return payload[^SecondCode..].IndexOfAnyExcept((byte)0) < 0 ? Verdict.Certain : Verdict.Weak;
            case Cookie when payload.Length == CookieLength && carrier.Uses(Port):
            case Data when payload.Length % 16 == 0 && carrier.Uses(Port):
                return Verdict.Weak;
            default:
                return Verdict.None;
        }
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < DataHead) return;
        if (message[0] == Initiation) notes.SenderIs(Party.Client);
        if (message[0] == Data) notes.Effect(Effect.Opaque);
    }
}
