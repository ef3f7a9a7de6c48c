using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Telnet, RFC 854: option negotiation (IAC, WILL to DONT, option) tells it; what follows is plain text.</summary>
internal sealed class Telnet : IProtocol
{
    private const byte Subnegotiation = 0xFA, Will = 0xFB, Do = 0xFD, Dont = 0xFE, Interpret = 0xFF, EndOfSubnegotiation = 0xF0;   // page 14
    private const byte LastOption = 50, TerminalType = 24, NewEnvironment = 39, WindowSize = 31;     // IANA telnet options

    public string Name => "telnet";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [23, 2323];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        var commands = 0;
        while (payload.Length >= 3 && payload[0] == Interpret)
        {
            if (payload[1] is < Subnegotiation or > Dont || payload[2] is > LastOption and not 0xFF) break;
            commands++;
            var next = payload[1] == Subnegotiation ? payload.IndexOf((ReadOnlySpan<byte>)[Interpret, EndOfSubnegotiation]) + 2 : 3;
            if (next < 3) break;
            payload = payload[next..];
        }

        return commands switch
        {
            0 => Verdict.None,
            1 => Verdict.Weak,
            _ => payload.Length == 0 || carrier.Uses(23) || commands > 2 ? Verdict.Certain : Verdict.Weak
        };
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (notes.Memory.First == 0) notes.Operation(Effect.Admin, $"opens a terminal in the clear");
        notes.Memory.First = 1;
        if (message.Length < 3 || message[0] != Interpret) return;
        // a terminal has those, a host asks for them
        if (message[1] == Will && message[2] is TerminalType or WindowSize or NewEnvironment) notes.SenderIs(Party.Client);
        if (message[1] == Do && message[2] is TerminalType or WindowSize or NewEnvironment) notes.SenderIs(Party.Server);
    }
}
