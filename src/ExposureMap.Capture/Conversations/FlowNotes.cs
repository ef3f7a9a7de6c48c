using System.Runtime.InteropServices;
using ExposureMap.Capture.Frames;
using ExposureMap.Capture.Identity;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>The notes that protocols write into while a frame is read: points at one conversation and one side of it at a time.</summary>
internal sealed class FlowNotes(FlowTable flows, IObserver observer) : Notes
{
    private readonly FactFilter _facts = new();
    private readonly AwaitedAnswers _awaited = new();
    private int _row;
    private bool _fromLow;
    private ulong _senderMac;
    private int _vlan;
    private long _frameNumber;
    private Timestamp _at;

    /// <summary>The protocol whose functions are counted, by <see cref="ProtocolNames"/>.</summary>
    public ushort Protocol { get; set; }

    /// <summary>How many octets at the end of a datagram are to be read again with the next one.</summary>
    public int Unread { get; private set; }

    public void PointAt(ref Flow flow, bool fromLow, in Frame frame, long frameNumber, Timestamp at)
    {
        (_row, _fromLow, _frameNumber, _at) = (flow.Row, fromLow, frameNumber, at);
        Unread = 0;
        _senderMac = frame.HasMacs ? frame.SourceMac : 0;
        _vlan = frame.Scope.IsEmpty ? -1 : frame.Scope.Vlans.Outer;
    }

    private ref Flow Flow => ref flows[_row];

    private ref FlowLog Log => ref flows.Noting(ref Flow);

    public override bool FromOriginator => FlowTelling.OriginatorIsLow(ref Flow, flows.LogOf(ref Flow).ClientIsLow, out _) == _fromLow;

    public override Carrier Carrier
    {
        get
        {
            if (Flow.Transport == Transport.Ethernet) return new(Transport.Ethernet, Flow.Key.Protocol, Flow.Key.Protocol);
            return new(Flow.Transport, Sender.Port, Receiver.Port);
        }
    }

    public override Endpoint Sender => Flow.Key.End(_fromLow);

    public override Endpoint Receiver => Flow.Key.End(!_fromLow);

    public override Address SenderMac => _senderMac == 0 ? Address.None : Address.Mac(_senderMac);

    public override ref ProtocolMemory Memory => ref Log.Memory;

    public override void Remember(ulong number, ulong value) => flows.Extending(ref Flow).Remember(number, value);

    public override ulong Recall(ulong number) => flows.ExtraOf(ref Flow)?.Recall(number) ?? 0;

    public override void Function(int code) => Count(Protocol, code);

    public override void Function(string protocol, int code) => Count(flows.Names.NumberOf(protocol), code);

    public override void Effect(Effect effect) => Flow.HasNews |= Log.Effects.Count(effect, _fromLow);

    public override void Operation(Effect effect, OperationText what)
    {
        Effect(effect);
        if (!what.Kept) return;
        Flow.HasNews = true;
        flows.Extending(ref Flow).Keep(new(effect, WireText.Clean(what.ToText()), _frameNumber, _at), _fromLow);
    }

    public override bool Keeps(Effect effect) => flows.ExtraOf(ref Flow)?.Keeps(effect) ?? true;

    public override void Answered(bool accepted) => Flow.HasNews |= flows.ExtraOf(ref Flow)?.Answer(accepted, _fromLow) ?? false;

    public override void Carries(string protocol) => Flow.HasNews |= flows.Extending(ref Flow).Carry(protocol);

    public override void SenderIs(Party party)
    {
        // a group asks for nothing
        if (party != Party.Unknown) Flow.HasNews |= Log.Vote((party == Party.Client || Receiver.Address.IsGroup) == _fromLow);
    }

    public override void AwaitRest(int octets) => Unread = octets;

    public override void AwaitAnswerFromAnotherPort() => _awaited.Add(Sender, Receiver.Address, Flow.Key.Scope, _at.Nanoseconds, Flow.Protocol!);

    /// <summary>The protocol of a request that this payload answers, or goes on with, on ports of its own; null for none. Tells who asked.</summary>
    public IProtocol? Awaited(ReadOnlySpan<byte> payload)
    {
        var protocol = _awaited.Find(Sender, Receiver, Flow.Key.Scope, _at.Nanoseconds, out var party);
        if (protocol is null || !protocol.Continues(payload)) return null;
        SenderIs(party);
        return protocol;
    }

    public override void SenderFact(FactKind kind, ReadOnlySpan<byte> value) => Fact(Sender.Address, kind, value, Certainty.Own);

    public override void SenderFact(FactKind kind, string value) => Fact(Sender.Address, kind, value, Certainty.Own);

    public override void ReceiverFact(FactKind kind, string value) => Fact(Receiver.Address, kind, value, Certainty.Announced);

    public override void Fact(Address subject, FactKind kind, ReadOnlySpan<byte> value, Certainty certainty)
    {
        if (!IsMachine(subject) || !_facts.IsNews(ref Log.Facts, subject, kind, _vlan, value)) return;
        Tell(subject, kind, WireText.Clean(value), certainty);
    }

    public override void Fact(Address subject, FactKind kind, string value, Certainty certainty)
    {
        if (!IsMachine(subject) || !_facts.IsNews(ref Log.Facts, subject, kind, _vlan, MemoryMarshal.AsBytes(value.AsSpan()))) return;
        Tell(subject, kind, WireText.Clean(value), certainty);
    }

    private void Count(ushort protocol, int code)
    {
        if (!Log.Count(protocol, code, _fromLow)) flows.Extending(ref Flow).Count(protocol, code, _fromLow);
    }

    private static bool IsMachine(Address subject) => subject.Family != AddressFamily.None && !subject.IsGroup && !subject.IsUnspecified;

    private void Tell(Address subject, FactKind kind, string value, Certainty certainty)
    {
        if (value.Length == 0) return;
        var evidence = new Evidence(flows.CaptureOf(ref Flow), _frameNumber, _frameNumber, _at, _at);
        var source = Protocol == 0 ? "frame" : flows.Names[Protocol];
        observer.OnFact(new(subject, kind, value, source, certainty, evidence, _vlan));
    }
}
