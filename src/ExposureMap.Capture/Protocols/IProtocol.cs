using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// What carries a payload, seen from its sender. <see cref="SenderPort"/> and <see cref="ReceiverPort"/> are the EtherType for Ethernet.
/// </summary>
public readonly record struct Carrier(Transport Transport, ushort SenderPort, ushort ReceiverPort)
{
    public bool Uses(ushort port) => SenderPort == port || ReceiverPort == port;
}

/// <summary>How well a payload fits a protocol.</summary>
public enum Verdict : byte
{
    /// <summary>It is something else.</summary>
    None,

    /// <summary>It fits so far, but the head is split: ask again with more octets (stream transports only).</summary>
    NeedMore,

    /// <summary>It fits, but so might others: believed on a registered port, or when a second message fits too.</summary>
    Weak,

    /// <summary>Its structure leaves no reasonable doubt, on any port.</summary>
    Certain,
}

/// <summary>
/// One application protocol, one file: its signature, its framing, its functions with their effects, what it tells of the machines.
/// Implementations are stateless and shared between threads; they never throw on any octets, never keep the span, never allocate per message.
/// What they must remember between messages of a conversation they keep in <see cref="Notes.Memory"/>.
/// The catalogue finds every implementation by itself.
/// </summary>
public interface IProtocol
{
    /// <summary>The service name of the contract (Zeek's where Zeek has one).</summary>
    string Name { get; }

    /// <summary>The transports it is looked for on.</summary>
    ReadOnlySpan<Transport> Transports { get; }

    /// <summary>Registered ports (EtherTypes for Ethernet): a hint that makes a weak verdict believed, never proof.</summary>
    ReadOnlySpan<ushort> Ports { get; }

    /// <summary>How many octets of a message <see cref="Read"/> wants to see at most; longer messages are handed over cut to this.</summary>
    int HeadOctets => 512;

    /// <summary>Does a message of this protocol begin here? The payload is one datagram, or the beginning of a TCP segment.</summary>
    Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier);

    /// <summary>
    /// Can a datagram between ports of their own choosing go on with what was asked? Only asked after <see cref="Notes.AwaitAnswerFromAnotherPort"/>.
    /// </summary>
    bool Continues(ReadOnlySpan<byte> payload) => false;

    /// <summary>
    /// The length in octets of the message that begins here, its head included; 0 when more octets are needed to tell, -1 when no message begins
    /// here. Only asked on TCP and SCTP. A text protocol that has no lengths returns <c>stream.Length</c>.
    /// </summary>
    int Measure(ReadOnlySpan<byte> stream);

    /// <summary>Reads one message (cut to <see cref="HeadOctets"/>) and notes what it says.</summary>
    void Read(ReadOnlySpan<byte> message, Notes notes);
}
