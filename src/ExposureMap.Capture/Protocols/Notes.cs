using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>The part of a speaker in a dialogue. Client is who asks or commands, whoever opened the transport.</summary>
public enum Party : byte { Unknown, Client, Server }

/// <summary>Two words that a protocol may remember for one conversation.</summary>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(uint))]
public struct ProtocolMemory
{
    public ulong First;
    public ulong Second;

    /// <summary>The devices that were told of last.</summary>
    internal DevicesTold Devices;
}

/// <summary>What a protocol notes while it reads a message. One instance per pipeline, pointed at one message at a time.</summary>
public abstract class Notes
{
    /// <summary>True when the sender of this message is the conversation's originator as believed now.</summary>
    public abstract bool FromOriginator { get; }

    public abstract Carrier Carrier { get; }

    public abstract Endpoint Sender { get; }

    public abstract Endpoint Receiver { get; }

    /// <summary>The sender's MAC on the link where the frame was captured; none when the link has no MACs.</summary>
    public abstract Address SenderMac { get; }

    /// <summary>This conversation's memory for the protocol that reads it; shared by both directions.</summary>
    public abstract ref ProtocolMemory Memory { get; }

    /// <summary>
    /// Keeps what later messages of this conversation refer to by a number, for the protocol that reads it; the newest few are kept.
    /// </summary>
    public abstract void Remember(ulong number, ulong value);

    /// <summary>What was remembered under the number; 0 for nothing.</summary>
    public abstract ulong Recall(ulong number);

    /// <summary>Counts a message of the protocol's own functions under <c>name.code</c>, for its sender.</summary>
    public abstract void Function(int code);

    /// <summary>Counts a message of another protocol carried inside (<c>cip.76</c>).</summary>
    public abstract void Function(string protocol, int code);

    /// <summary>Counts what a message does to its receiver.</summary>
    public abstract void Effect(Effect effect);

    /// <summary>
    /// Counts the effect and keeps the message as evidence. The text is only built when it will be kept, so writing
    /// <c>notes.Operation(Effect.Write, $"writes registers {first}-{last}")</c> costs nothing on the thousandth write.
    /// </summary>
    public abstract void Operation(Effect effect, [InterpolatedStringHandlerArgument("", "effect")] OperationText what);

    /// <summary>Would <see cref="Operation"/> keep another one of this effect?</summary>
    public abstract bool Keeps(Effect effect);

    /// <summary>The answer to the last operation was seen: accepted or refused.</summary>
    public abstract void Answered(bool accepted);

    /// <summary>Names a protocol carried inside (<c>cip</c> in <c>enip</c>); the service becomes <c>enip,cip</c>.</summary>
    public abstract void Carries(string protocol);

    /// <summary>Says what the content tells of who asks: the originator then has the basis <c>payload</c>, unless a handshake was seen.</summary>
    public abstract void SenderIs(Party party);

    /// <summary>The last octets of this datagram begin what goes on in the sender's next one: they will be read again before that.</summary>
    public abstract void AwaitRest(int octets);

    /// <summary>
    /// The answer to this message will come from another port of the receiver: what <see cref="IProtocol.Continues"/> there is this protocol's.
    /// </summary>
    public abstract void AwaitAnswerFromAnotherPort();

    /// <summary>A statement about the sender itself. Text from the wire is cleaned and cut here, once.</summary>
    public abstract void SenderFact(FactKind kind, ReadOnlySpan<byte> value);

    public abstract void SenderFact(FactKind kind, string value);

    public abstract void ReceiverFact(FactKind kind, string value);

    /// <summary>A statement about any address (ARP, DNS answers, DHCP leases).</summary>
    public abstract void Fact(Address subject, FactKind kind, ReadOnlySpan<byte> value, Certainty certainty);

    public abstract void Fact(Address subject, FactKind kind, string value, Certainty certainty);
}

/// <summary>Builds an operation's text only when it will be kept.</summary>
[InterpolatedStringHandler]
public ref struct OperationText
{
    private DefaultInterpolatedStringHandler _text;
    private readonly bool _kept;

    public OperationText(int literalLength, int formattedCount, Notes notes, Effect effect, out bool kept)
    {
        kept = _kept = notes.Keeps(effect);
        _text = kept ? new(literalLength, formattedCount, System.Globalization.CultureInfo.InvariantCulture) : default;
    }

    public readonly bool Kept => _kept;

    public void AppendLiteral(string literal) => _text.AppendLiteral(literal);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string? format) => _text.AppendFormatted(value, format);

    public string ToText() => _text.ToStringAndClear();
}
