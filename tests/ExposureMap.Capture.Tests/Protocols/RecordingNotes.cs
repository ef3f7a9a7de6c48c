using System.Text;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Notes that remember everything, for tests of single protocols.</summary>
public sealed class RecordingNotes(Transport transport, ushort serverPort) : Notes
{
    private static readonly Endpoint Client = new(Address.IPv4(0x0A000001), 49152);
    private readonly Endpoint _server = new(Address.IPv4(0x0A000002), serverPort);
    private readonly Dictionary<ulong, ulong> _remembered = [];
    private ProtocolMemory _memory;
    private bool _fromOriginator = true;

    /// <summary>Set to false to measure allocations: then nothing is remembered.</summary>
    public bool Remembers { get; set; } = true;

    public Dictionary<string, long> Functions { get; } = [];

    public Dictionary<string, long> ResponderFunctions { get; } = [];

    public Dictionary<Effect, long> Effects { get; } = [];

    public List<(Effect Effect, string What)> Operations { get; } = [];

    /// <summary>Octets at the end of the datagram that are to be read again with the sender's next one.</summary>
    public int Unread { get; set; }

    public List<bool> Answers { get; } = [];

    public List<string> Carried { get; } = [];

    public List<(bool FromOriginator, Party Party)> Parties { get; } = [];

    public List<(Address Subject, FactKind Kind, string Value)> Facts { get; } = [];

    public override bool FromOriginator => _fromOriginator;

    public override Carrier Carrier => new(transport, Sender.Port, Receiver.Port);

    public override Endpoint Sender => _fromOriginator ? Client : _server;

    public override Endpoint Receiver => _fromOriginator ? _server : Client;

    public override Address SenderMac => Address.Mac(_fromOriginator ? 0x020000000001ul : 0x020000000002ul);

    public override ref ProtocolMemory Memory => ref _memory;

    public override void Remember(ulong number, ulong value)
    {
        if (Remembers) _remembered[number] = value;
    }

    public override ulong Recall(ulong number) => _remembered.GetValueOrDefault(number);

    public void From(bool originator) => _fromOriginator = originator;

    public override void Function(int code) => Function("", code);

    public override void Function(string protocol, int code)
    {
        if (!Remembers) return;
        var counts = _fromOriginator ? Functions : ResponderFunctions;
        var key = $"{protocol}.{code}";
        counts[key] = counts.GetValueOrDefault(key) + 1;
    }

    public override void Effect(Effect effect)
    {
        if (Remembers) Effects[effect] = Effects.GetValueOrDefault(effect) + 1;
    }

    public override void Operation(Effect effect, OperationText what)
    {
        Effect(effect);
        if (what.Kept) Operations.Add((effect, what.ToText()));
    }

    public override bool Keeps(Effect effect) => Remembers;

    public override void Answered(bool accepted)
    {
        if (Remembers) Answers.Add(accepted);
    }

    public override void Carries(string protocol)
    {
        if (Remembers && !Carried.Contains(protocol)) Carried.Add(protocol);
    }

    public override void SenderIs(Party party)
    {
        if (Remembers) Parties.Add((_fromOriginator, party));
    }

    public override void AwaitRest(int octets) => Unread = octets;

    public override void AwaitAnswerFromAnotherPort()
    {
    }

    public override void SenderFact(FactKind kind, ReadOnlySpan<byte> value) => Fact(Sender.Address, kind, value, Certainty.Own);

    public override void SenderFact(FactKind kind, string value) => Fact(Sender.Address, kind, value, Certainty.Own);

    public override void ReceiverFact(FactKind kind, string value) => Fact(Receiver.Address, kind, value, Certainty.Announced);

    public override void Fact(Address subject, FactKind kind, ReadOnlySpan<byte> value, Certainty certainty)
    {
        if (Remembers) Facts.Add((subject, kind, Encoding.UTF8.GetString(value)));
    }

    public override void Fact(Address subject, FactKind kind, string value, Certainty certainty)
    {
        if (Remembers) Facts.Add((subject, kind, value));
    }
}
