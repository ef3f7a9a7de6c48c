using System.Runtime.InteropServices;
using ExposureMap.Capture.Frames;
using ExposureMap.Capture.Identity;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>The notes that protocols write into while a frame is read: points at one conversation and one side of it at a time.</summary>
internal sealed class FlowNotes(IObserver observer) : Notes
{
    private readonly FactFilter _facts = new();
    private Flow _flow = null!;
    private bool _fromLow;
    private ulong _senderMac;
    private int _vlan;
    private long _frameNumber;
    private Timestamp _at;

    /// <summary>The protocol whose functions are counted.</summary>
    public string ProtocolName { get; set; } = "";

    public void PointAt(Flow flow, bool fromLow, in Frame frame, long frameNumber, Timestamp at)
    {
        (_flow, _fromLow, _frameNumber, _at) = (flow, fromLow, frameNumber, at);
        _senderMac = frame.HasMacs ? frame.SourceMac : 0;
        _vlan = frame.Scope.IsEmpty ? -1 : frame.Scope.Vlans.Outer;
    }

    public override bool FromOriginator => FlowTelling.OriginatorIsLow(_flow, out _) == _fromLow;

    public override Carrier Carrier
    {
        get
        {
            if (_flow.Transport == Transport.Ethernet) return new(Transport.Ethernet, _flow.Key.Protocol, _flow.Key.Protocol);
            return new(_flow.Transport, Sender.Port, Receiver.Port);
        }
    }

    public override Endpoint Sender => _flow.Key.End(_fromLow);

    public override Endpoint Receiver => _flow.Key.End(!_fromLow);

    public override Address SenderMac => _senderMac == 0 ? Address.None : Address.Mac(_senderMac);

    public override ref ProtocolMemory Memory => ref _flow.Notes.Memory;

    public override void Function(int code) => _flow.Notes.Count(ProtocolName, code, _fromLow);

    public override void Function(string protocol, int code) => _flow.Notes.Count(protocol, code, _fromLow);

    public override void Effect(Effect effect)
    {
        var log = _flow.Notes;
        if (_fromLow) log.LowEffects[effect]++;
        else log.HighEffects[effect]++;
    }

    public override void Operation(Effect effect, OperationText what)
    {
        Effect(effect);
        if (what.Kept) _flow.Notes.Keep(new(effect, WireText.Clean(what.ToText()), _frameNumber, _at), _fromLow);
    }

    public override bool Keeps(Effect effect) => _flow.Notes.Keeps(effect);

    public override void Answered(bool accepted) => _flow.Log?.Answer(accepted, _fromLow);

    public override void Carries(string protocol) => _flow.Notes.Carry(protocol);

    public override void SenderIs(Party party)
    {
        if (party != Party.Unknown) _flow.Notes.Vote((party == Party.Client || Receiver.Address.IsGroup) == _fromLow);   // a group asks for nothing
    }

    public override void SenderFact(FactKind kind, ReadOnlySpan<byte> value) => Fact(Sender.Address, kind, value, Certainty.Own);

    public override void SenderFact(FactKind kind, string value) => Fact(Sender.Address, kind, value, Certainty.Own);

    public override void ReceiverFact(FactKind kind, string value) => Fact(Receiver.Address, kind, value, Certainty.Announced);

    public override void Fact(Address subject, FactKind kind, ReadOnlySpan<byte> value, Certainty certainty)
    {
        if (!IsMachine(subject) || !_facts.IsNews(ref _flow.Notes.Facts, subject, kind, _vlan, value)) return;
        Tell(subject, kind, WireText.Clean(value), certainty);
    }

    public override void Fact(Address subject, FactKind kind, string value, Certainty certainty)
    {
        if (!IsMachine(subject) || !_facts.IsNews(ref _flow.Notes.Facts, subject, kind, _vlan, MemoryMarshal.AsBytes(value.AsSpan()))) return;
        Tell(subject, kind, WireText.Clean(value), certainty);
    }

    private static bool IsMachine(Address subject) => subject.Family != AddressFamily.None && !subject.IsGroup && !subject.IsUnspecified;

    private void Tell(Address subject, FactKind kind, string value, Certainty certainty)
    {
        if (value.Length == 0) return;
        var evidence = new Evidence(_flow.Capture, _frameNumber, _frameNumber, _at, _at);
        var source = ProtocolName.Length > 0 ? ProtocolName : _flow.Protocol?.Name ?? "frame";
        observer.OnFact(new(subject, kind, value, source, certainty, evidence, _vlan));
    }
}
